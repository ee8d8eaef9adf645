// The stream of the suite as a page sees it: sockets that open, speak and break when the test says
// so.

import './sound/an-audio.ts'
import type { anAlert } from '../support/an-alert.ts'

type Alert = ReturnType<typeof anAlert>

export class Socket {
  static all: Socket[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { readonly data: unknown }) => void) | null = null
  onclose: ((close: { readonly code: number; readonly reason: string }) => void) | null = null
  onerror: (() => void) | null = null
  /** What the page asked for: a cursor, or `latest`. */
  from = ''
  readonly #asked = Promise.withResolvers<void>()
  #id = ''
  #cursor = 'cursor-0000'

  constructor() {
    Socket.all.push(this)
  }

  static get last(): Socket {
    return Socket.all.at(-1) as Socket
  }

  send(text: string): void {
    const { id, from } = JSON.parse(text) as { id: string; from: string }
    this.#id = id
    this.from = from
    this.#asked.resolve()
  }

  close(code = 1000): void {
    this.onclose?.({ code, reason: '' })
  }

  /** Resolves when the page has asked for alerts. */
  async open(): Promise<void> {
    this.onopen?.()
    await this.#asked.promise
  }

  /** Begins anew with these alerts, or goes on from where the page was. */
  subscribed(snapshot: readonly Alert[] | 'recovered', more = false): void {
    if (snapshot === 'recovered') this.#cursor = this.from
    const anew =
      snapshot === 'recovered' ? { recovered: true } : { recovered: false, snapshot, more }
    this.#say({ type: 'subscribed', cursor: this.#cursor, ...anew })
  }

  part(snapshot: readonly Alert[], more: boolean): void {
    this.#linked({ type: 'snapshot', snapshot, more })
  }

  event(data: Alert, name = 'raised'): void {
    const { theatre, alertId: subject } = data
    const time = '2026-03-01T12:00:00.000Z'
    this.#linked({
      type: 'alert',
      event: {
        id: `${subject}-${data.revision}`,
        type: `tocsin.alert.${name}.v1`,
        time,
        subject,
        theatre,
        data
      }
    })
  }

  heartbeat(ageSeconds = 5): void {
    this.#linked({ type: 'heartbeat', ageSeconds })
  }

  #linked(frame: object): void {
    const prev = this.#cursor
    this.#cursor = `cursor-${String(Number(prev.slice(7)) + 1).padStart(4, '0')}`
    this.#say({ ...frame, prev, cursor: this.#cursor })
  }

  #say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify({ id: this.#id, ...frame }) })
  }
}

Object.assign(globalThis, { WebSocket: Socket })
