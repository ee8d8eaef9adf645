// Checks the webhooks that a partner receives: sequences without a gap, each naming its
// predecessor, and repeats with the same id and content. Pure: listening is in webhook-receiver.ts.

export interface Delivery {
  /** `webhook-id`: the same at every attempt. */
  readonly webhookId: string
  /** The bytes that were signed. */
  readonly body: string
}

interface Link {
  readonly webhookId: string
  readonly sequence: number
  readonly body: string
}

export class DeliveryChain {
  readonly violations: string[] = []
  readonly #byId = new Map<string, Link>()
  #last: Link | null = null
  #repeats = 0

  get repeats(): number {
    return this.#repeats
  }

  /** Takes one signed delivery. Returns true if it is new, false for a repeat. */
  take({ webhookId, body }: Delivery): boolean {
    const known = this.#byId.get(webhookId)
    if (known) {
      this.#repeats++
      if (known.body !== body)
        this.violations.push(`${webhookId} was repeated with different content`)
      return false
    }
    const event = JSON.parse(body) as { readonly sequence?: unknown; readonly previousid?: unknown }
    const sequence = Number(event.sequence)
    const previous = event.previousid ?? null
    if (sequence !== (this.#last?.sequence ?? 0) + 1)
      this.violations.push(
        `${webhookId} has sequence ${sequence} after ${this.#last?.sequence ?? 'nothing'}`
      )
    if (previous !== (this.#last?.webhookId ?? null))
      this.violations.push(
        `${webhookId} names ${String(previous)} as its predecessor, but that was ${this.#last?.webhookId ?? 'none'}`
      )
    this.#last = { webhookId, sequence, body }
    this.#byId.set(webhookId, this.#last)
    return true
  }
}
