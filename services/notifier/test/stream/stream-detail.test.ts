// Frames a bad link can bear: what each detail has, how large it is, and that it says nothing that
// `full` would not.

import { describe, expect, it } from 'vitest'
import { cutText, headlineEventBytesMax } from '../../src/alerts/detail.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

const subscribe = (detail: string | undefined, from = 'earliest') =>
  JSON.stringify({ type: 'subscribe', id: 's1', detail, from })
/** The longest words of each kind. */
const longest = {
  status: 'provisional',
  severity: 'moderate',
  certainty: 'unlikely',
  notify: 'update'
} as const
const surge =
  'Attacks in Central Equatoria (South Sudan) surge: about 1,240 in the 28 days to 14 September 2025; in the 52 weeks before it was about 310 in 28 days'
const named =
  'Supplies to Bamako, Ségou, Niono and Kayes are being cut from the south-east, the north and the west since 1 September 2025'

async function framesOf(
  detail: string | undefined,
  from = 'earliest',
  write?: (h: Harness) => Promise<unknown>
) {
  await using h = await new Harness().start()
  await (
    write ?? (one => one.alerts.write('raised', 'f'.repeat(32), { ...longest, headline: surge }))
  )(h)
  await settle()
  const { socket, session } = h.connect(aPrincipal({ handling: 'partners' }))
  session.receive(subscribe(detail, from))
  await settle()
  h.notifier.hub.heartbeat()
  return socket
}

describe('detail', () => {
  it.each([surge, named, 'é'.repeat(300), '😀'.repeat(90), '"\\\n'.repeat(90)])(
    'headline keeps a frame below 400 bytes in all: %s',
    async headline => {
      const areas = {
        country: ['SS'],
        admin1: ['SS-EC', 'SS-EE', 'SS-EW'],
        circle: null,
        settlement: null
      }
      const socket = await framesOf('headline', 'earliest', h =>
        h.alerts.write('raised', 'f'.repeat(32), {
          ...longest,
          headline,
          revision: 1234,
          drill: true,
          area: areas as never,
          theatre: 'a-theatre-of-25-characters'.slice(0, 25)
        })
      )
      const [frame] = socket.of('alert')
      const size = socket.sizes[socket.frames.indexOf(frame!)]
      expect(size).toBeLessThan(400)
      const event = frame!.event as unknown as { headline: string }
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(headlineEventBytesMax)
      expect(event.headline.endsWith('…')).toBe(true)
      expect(headline.startsWith(event.headline.slice(0, -1).trimEnd())).toBe(true)
      expect(event.headline).not.toMatch(/[\uD800-\uDBFF]…$/)
    }
  )

  it('headline has what an officer needs, and leaves a short headline whole', async () => {
    const socket = await framesOf('headline', 'earliest', h => h.alerts.write('raised', 'a1'))
    expect(socket.of('alert')[0]!.event).toEqual({
      alertId: 'a1',
      revision: 1,
      status: 'provisional',
      notify: 'page',
      severity: 'moderate',
      certainty: 'likely',
      theatre: 'sahel',
      admin1: ['ML-4'],
      detectedAt: '2026-03-01T12:00:00.000Z',
      headline: 'Siege of Diosso (a1)'
    })
  })

  it('says no more than full, in events and in snapshots', async () => {
    for (const from of ['earliest', 'latest']) {
      const whole = JSON.stringify((await framesOf('full', from)).frames)
      for (const detail of ['headline', 'ids']) {
        const frames = (await framesOf(detail, from)).frames
        const shown = frames.flatMap(frame => [
          ...(frame.snapshot ?? []),
          ...(frame.event === undefined ? [] : [frame.event])
        ])
        expect(shown.length).toBe(1)
        const { headline, ...rest } = shown[0] as unknown as { headline?: string }
        for (const [name, value] of Object.entries(rest))
          expect(whole).toContain(`${JSON.stringify(name)}:${JSON.stringify(value)}`)
        if (headline !== undefined) expect(surge.startsWith(headline.slice(0, -1))).toBe(true)
      }
    }
  })

  it('keeps the chain: prev begins the cursor before it', async () => {
    for (const detail of ['headline', 'ids']) {
      const frames = (await framesOf(detail)).frames.filter(({ type }) => type !== 'notice')
      expect(frames.map(frame => frame.type)).toEqual(['subscribed', 'alert', 'heartbeat'])
      for (const [i, { prev }] of frames.slice(1).entries()) {
        expect(prev).toHaveLength(8)
        expect(frames[i]!.cursor.startsWith(prev)).toBe(true)
      }
    }
  })

  it('tells that an action was refused', async () => {
    const socket = await framesOf('headline', 'earliest', async h => {
      await h.alerts.write('raised', 'a1')
      await h.alerts.refuse({ alertId: 'a1', actionId: 'x1' })
    })
    expect(socket.of('alert').map(frame => frame.event)).toEqual([
      expect.objectContaining({ alertId: 'a1', revision: 1 }),
      { alertId: 'a1', type: 'alert.action-refused', actionId: 'x1', reason: 'stale-revision' }
    ])
  })

  it('is full unless asked for, and refused with 4500 if unknown', async () => {
    expect((await framesOf(undefined)).of('alert')[0]!.event.data.explanation).toContain('criteria')
    expect((await framesOf('brief')).closed?.code).toBe(4500)
  })
})

describe('cutText', () => {
  it('cuts between characters as people see them', () => {
    expect(cutText('abcdef', 6)).toBe('abcdef')
    expect(cutText('abcdefg', 6)).toBe('abc…')
    expect(cutText('ne\u0301e\u0301e\u0301', 8)).toBe('ne\u0301…')
    expect(cutText('👩‍👩‍👧 alone', 14)).toBe('…')
    expect(cutText('a b cdefgh', 7)).toBe('a b…')
  })
})
