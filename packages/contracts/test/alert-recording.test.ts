import type { AlertEvent, RecordedAlert } from '@tocsin/contracts/alert/alert'
import { isDifference } from '@tocsin/contracts/record/alert-recording'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { EvidenceByAlert, wholeEvery } from '@tocsin/testing/report/alert-recorder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Evidence, history, stateWith } from './evidence-histories.ts'

type OfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>
type Recorded = Exclude<RecordedAlert, { type: 'alert.action-refused' }>

const eventsOf = (lists: readonly Evidence[], alertId?: string): OfState[] =>
  lists.map((evidence, i) => ({
    type: i === 0 ? 'alert.raised' : 'alert.revised',
    data: stateWith(evidence, i + 1, alertId)
  }))
/** As the log gives it back. */
const parsed = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const recordedBy = (events: readonly OfState[], writer = new EvidenceByAlert()) =>
  events.map(event => parsed(writer.record(event)) as Recorded)
const readBy = (recorded: readonly Recorded[], reader = new EvidenceByAlert()) =>
  recorded.map(each => reader.read(each) as OfState)
const pieces = (count: number): Evidence =>
  Array.from({ length: count }, (_, i) => ({
    incidentId: `i${i}`,
    revision: 1,
    role: 'trigger',
    handling: 'public'
  }))
const growing = (count: number) => eventsOf(Array.from({ length: count }, (_, i) => pieces(i + 3)))

describe('a recorded alert', () => {
  it('gives the whole of each event again, whatever becomes of the evidence', () => {
    fc.assert(
      fc.property(history, lists => {
        const events = eventsOf(lists)
        expect(readBy(recordedBy(events))).toEqual(events)
      }),
      { numRuns: computeRuns(60, 10) }
    )
  })

  it('is whole again after a set number of events, and whenever that is no longer than the difference', () => {
    const recorded = recordedBy(growing(2 * wholeEvery + 1))
    const whole = recorded.flatMap(({ data }) => (isDifference(data) ? [] : [data.revision]))
    expect(whole).toEqual([1, wholeEvery + 1, 2 * wholeEvery + 1])
    const [, replaced] = recordedBy(eventsOf([pieces(3), pieces(6).slice(3)]))
    expect(isDifference((replaced as Recorded).data)).toBe(false)
  })

  it('says how many pieces there are, support by handling', () => {
    const support = ['public', 'internal', 'internal'].map((handling, i) => ({
      incidentId: `s${i}`,
      revision: 1,
      role: 'support',
      handling
    })) as unknown as Evidence
    const [, second] = recordedBy(eventsOf([pieces(4), [...pieces(4), ...support]]))
    expect((second as Recorded).data).toMatchObject({
      evidenceCounts: {
        triggers: 4,
        support: { public: 1, partners: 0, internal: 2, restricted: 0 }
      }
    })
  })
})

describe('a reader that has missed an event', () => {
  it('knows it, says the counts alone, and has all again when the evidence is stated whole', () => {
    const events = growing(wholeEvery + 5)
    const recorded = recordedBy(events)
    const read = readBy(recorded.toSpliced(10, 1))
    expect(read.slice(0, 10)).toEqual(events.slice(0, 10))
    for (const { data } of read.slice(10, wholeEvery - 1)) {
      expect(data.evidence).toEqual([])
      expect(data.evidenceLost).toMatchObject({ triggers: data.revision + 2 })
    }
    expect(read.slice(wholeEvery - 1)).toEqual(events.slice(wholeEvery))
  })

  it('never takes a wrong list for the right one, wherever it begins and whatever it misses or reads twice', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat({ max: 9 })), (lists, dice) => {
        const events = eventsOf(lists)
        const reader = new EvidenceByAlert()
        for (const [i, each] of recordedBy(events).entries()) {
          const thrown = dice.next().value
          for (let again = thrown === 0 ? 0 : thrown === 1 ? 2 : 1; again > 0; again--) {
            const { data } = reader.read(each) as OfState
            if (data.evidenceLost === undefined) expect(data).toEqual((events[i] as OfState).data)
            else expect(data.evidence).toEqual([])
          }
        }
      }),
      { numRuns: computeRuns(60, 10) }
    )
  })
})
