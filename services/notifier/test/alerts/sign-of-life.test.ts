// What a heartbeat says: up to where its reader has everything, which says nothing of what is hidden,
// and how old the canary is.

import type { AlertSearch } from '@tocsin/read-model/alerts/alert-table'
import { describe, expect, it } from 'vitest'
import { SignsOfLife } from '../../src/alerts/sign-of-life.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

const nowMs = Date.parse('2026-03-01T12:00:00.000Z')

interface Theatre {
  /** Minutes since its canary was reported. */
  readonly canary?: number
  /** Its alert has ended. */
  readonly isOver?: boolean
  /** The time of a replay. */
  readonly replay?: string | null
}

function signs(theatres: Readonly<Record<string, Theatre>>) {
  const canaries = Object.entries(theatres).filter(([, { canary }]) => canary !== undefined)
  const projection = {
    subscribe: () => () => {},
    clocks: { nowIn: (theatre: string) => theatres[theatre]?.replay ?? null },
    numbers: { find: (theatre: string) => theatre },
    reports: {
      get: (theatre: string) => ({
        winner: {
          reportedAt: new Date(nowMs - (theatres[theatre]?.canary ?? 0) * 60_000).toISOString()
        }
      })
    },
    alerts: {
      events: { countAll: () => 7 },
      search: (_: unknown, { wantsKind }: AlertSearch) => [
        canaries
          .map(([theatre, { isOver }]) => ({
            alertId: theatre,
            kind: {
              facts: {
                ...{ theatre, ruleId: 'canary', drill: true },
                status: isOver === true ? 'resolved' : 'provisional'
              }
            }
          }))
          .filter(({ kind }) => wantsKind(kind as never))
      ],
      get: (theatre: string) => ({
        at: () => ({ sum: { theatre, fold: 'public', triggers: [1] } })
      })
    }
  }
  const declared = Object.entries(theatres).flatMap(([id, { replay }]) =>
    id === 'gone' ? [] : [[id, { clock: replay === undefined ? 'wall' : 'replay' }] as const]
  )
  return new SignsOfLife({
    projection: projection as never,
    clock: { nowMs: () => nowMs } as never,
    control: { state: { epoch: 'e', theatres: new Map(declared) } } as never,
    ageSeconds: () => 5
  }).make({ level: 'restricted', theatres: '*' })
}

describe('a sign of life', () => {
  it('says the age of the oldest canary, of theatres that are still there', () => {
    const told = signs({ sahel: { canary: 4 }, horn: { canary: 9 }, gone: { canary: 90 } })
    expect(told.canaryAgeSeconds).toBe(9 * 60)
    expect(signs({ sahel: {} }).canaryAgeSeconds).toBeNull()
  })

  it('says the age of the newest canary once all of their alerts have ended', () => {
    const sahel = { canary: 9_000, isOver: true }
    const horn = { canary: 8_000, isOver: true }
    const age = (theatres: Parameters<typeof signs>[0]) => signs(theatres).canaryAgeSeconds
    expect(age({ sahel, horn, gone: { canary: 1 } })).toBe(8_000 * 60)
    // The canary was given another place.
    expect(age({ sahel, horn: { canary: 4 } })).toBe(4 * 60)
  })

  it('is complete up to the earliest time of a theatre', () => {
    const before = '2025-06-01T00:00:00.000Z'
    const at = (theatres: Parameters<typeof signs>[0]) => signs(theatres).complete
    expect(at({ sahel: {} })).toEqual({ record: 7, time: '2026-03-01T11:59:55.000Z' })
    expect(at({ sahel: {}, horn: { replay: before } }).time).toBe(before)
    expect(at({ sahel: {}, horn: { replay: null } }).time).toBeNull()
  })

  it('counts the events that its reader gets, and no others', async () => {
    await using h = await new Harness().start()
    const hear = async (handling: 'partners' | 'restricted') => {
      const { socket, session } = h.connect(aPrincipal({ handling }))
      session.receive('{"type":"subscribe","id":"s1"}')
      await settle()
      return socket
    }
    const [partner, officer] = [await hear('partners'), await hear('restricted')]
    await h.alerts.write('raised', 'a', { handling: 'partners', concerns: 'partners' })
    await h.alerts.write('raised', 'b', { handling: 'restricted', concerns: 'restricted' })
    await settle()
    h.notifier.hub.heartbeat()
    const said = [partner, officer].map(socket => socket.of('heartbeat').at(-1))
    expect(said).toMatchObject([{ complete: { record: 1 } }, { complete: { record: 2 } }])
  })
})
