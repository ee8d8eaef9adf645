// What is listed, in which order, and what stands still.

import { describe, expect, it } from 'vitest'
import { closedStandingOf } from '../src/live/closed-standing.ts'
import { closedMax } from '../src/live/picture.ts'
import { emptyListOf } from '../src/queue/empty-list.ts'
import { heldRows as held, presentRow, StandingRows } from '../src/queue/held-rows.ts'
import { nextPlace } from '../src/queue/next-row.ts'
import { countryFilter, presetFilter } from '../src/queue/presets.ts'
import { areasOffered, choicesAmong, isChoice, withChosen } from '../src/queue/queue-choices.ts'
import {
  addressOf,
  filterIn,
  isListed,
  isNarrowed,
  type QueueFilter,
  wholeQueue
} from '../src/queue/queue-filter.ts'
import { rowsOf } from '../src/queue/queue-rows.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert, placedIn } from './support/an-alert.ts'
import { storiesOf } from './support/stories-of.ts'

const ids = (rows: readonly { readonly alert: ShownAlert }[]) =>
  rows.map(({ alert }) => alert.alertId)
const nows = () => ({ suite: Date.parse('2026-03-01T13:00:00.000Z'), of: {} })
const judging = {
  nows,
  me: 'Ama',
  placeOf: placedIn,
  isUnanswered: ({ alertId }: ShownAlert) => alertId === 'waits'
}
const listed = (filter: Partial<QueueFilter>, alert: AlertMembers) =>
  isListed({ ...wholeQueue, ...filter }, anAlert(alert), judging)

describe('a list with nothing in it', () => {
  const signs = {
    isLive: true,
    isWhole: true,
    isThen: false,
    isNarrowed: false,
    lacksClosed: false
  }

  it('says that nothing is open only where that is known', () => {
    expect(emptyListOf(signs)).toBe('quiet')
    expect(emptyListOf({ ...signs, isNarrowed: true })).toBe('filtered')
    expect(emptyListOf({ ...signs, isThen: true, isNarrowed: true })).toBe('not-yet')
    expect(emptyListOf({ ...signs, isWhole: false })).toBe('loading')
    expect(emptyListOf({ ...signs, lacksClosed: true, isNarrowed: true })).toBe('loading')
    for (const isWhole of [true, false])
      expect(emptyListOf({ ...signs, isWhole, isLive: false })).toBe('not-live')
  })

  it('holds of closed alerts those that changed last, and says so', () => {
    const told = { isTold: true, hasFailed: false, hasMore: false, held: 3 }
    expect(closedStandingOf(told)).toBe('whole')
    expect(closedStandingOf({ ...told, hasMore: true })).toBe('cut')
    expect(closedStandingOf({ ...told, held: closedMax })).toBe('cut')
    expect(closedStandingOf({ ...told, isTold: false })).toBe('unknown')
    expect(closedStandingOf({ ...told, isTold: false, hasFailed: true })).toBe('failed')
  })
})

describe('the keys j and k', () => {
  const rows = ['a', 'b', 'c', 'd'].map(alertId => ({ alert: { alertId } }))
  const to = (id: string | undefined, by: 1 | -1, lastAt: number | null = null) =>
    nextPlace(rows, id, by, lastAt)

  it('lead to the next row and the one before, and stay at the ends', () => {
    expect([to('a', 1), to('c', -1), to('d', 1), to('a', -1)]).toEqual([1, 1, 3, 0])
    expect([to(undefined, 1), to(undefined, -1), nextPlace([], 'a', 1, 2)]).toEqual([0, 0, -1])
  })

  it('go on from where an alert stood that is no longer listed', () => {
    // It stood third: the fourth has taken its place.
    expect([to('closed', 1, 2), to('closed', -1, 2)]).toEqual([2, 1])
    expect([to('closed', 1, 0), to('closed', -1, 0), to('closed', 1, 9)]).toEqual([0, 0, 3])
  })
})

describe('the filter', () => {
  it('stands whole in the address, and comes back from it', () => {
    const filter: QueueFilter = {
      text: 'diosso & ségou',
      severity: ['extreme', 'minor'],
      status: 'all',
      holder: 'mine',
      unanswered: true,
      pattern: 'siege',
      country: 'ML',
      theatre: 'sahel',
      admin1: 'ML-4',
      certainty: 'likely',
      within: '6h',
      withOldNews: false,
      withDrills: false,
      sort: 'oldest',
      group: 'country'
    }
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(addressOf(filter)))
      if (value !== null) query.set(name, value)
    expect(filterIn(new URLSearchParams(query.toString()))).toEqual(filter)
    expect(isNarrowed(filter)).toBe(true)
  })

  it('of an address that says nothing, or nonsense, is the whole queue', () => {
    expect(filterIn(new URLSearchParams())).toEqual(wholeQueue)
    expect(filterIn(new URLSearchParams('severity=worst,&status=x&taken=1&sort='))).toEqual(
      wholeQueue
    )
    expect(isNarrowed({ ...wholeQueue, sort: 'newest' })).toBe(false)
  })

  it('lists one theatre, or one area, by the names that the suite has for them', () => {
    expect([listed({ theatre: 'sahel' }, {}), listed({ theatre: 'lake' }, {})]).toEqual([
      true,
      false
    ])
    expect([listed({ admin1: 'ML-4' }, {}), listed({ admin1: 'ML-5' }, {})]).toEqual([true, false])
    // What lies in several areas is listed for each of them.
    const wide = { area: { admin1: ['ML-4', 'ML-5'] } }
    expect([
      listed({ admin1: 'ML-5', country: 'ML' }, wide),
      listed({ admin1: 'ML-5', country: 'BF' }, wide)
    ]).toEqual([true, false])
    expect(addressOf({ ...wholeQueue, theatre: 'sahel', admin1: 'ML-4' })).toMatchObject({
      theatre: 'sahel',
      admin1: 'ML-4'
    })
    for (const preset of ['whole', 'mine'] as const)
      expect(
        presetFilter(preset, { ...wholeQueue, theatre: 'sahel', admin1: 'ML-4' })
      ).toMatchObject({ theatre: '', admin1: '' })
  })

  it('offers what the alerts carry, and what an address names although none carries it', () => {
    const in2 = anAlert({
      theatre: 'lake',
      area: { country: ['BF'], admin1: ['BF-54', 'BF-56'] }
    })
    const known = choicesAmong([anAlert(), in2, anAlert()])
    expect(known).toEqual({
      ...{ patterns: ['siege'], countries: ['BF', 'ML'] },
      ...{ theatres: ['lake', 'sahel'], areas: ['BF-54', 'BF-56', 'ML-4'] }
    })
    expect([
      isChoice(known.theatres, ''),
      isChoice(['sahel'], ''),
      isChoice(['sahel'], 'lake')
    ]).toEqual([true, false, true])
    expect([withChosen(['sahel'], 'lake'), withChosen(['sahel'], '')]).toEqual([
      ['lake', 'sahel'],
      ['sahel']
    ])
    expect(areasOffered(known, wholeQueue)).toEqual([
      ['BF', ['BF-54', 'BF-56']],
      ['ML', ['ML-4']]
    ])
    expect(areasOffered(known, { country: 'ML', admin1: 'ML-9' })).toEqual([
      ['ML', ['ML-4', 'ML-9']]
    ])
  })

  it('of another country leaves an area of the one before', () => {
    const inSegou = { ...wholeQueue, country: 'ML', admin1: 'ML-4' }
    expect(countryFilter('BF', inSegou)).toMatchObject({ country: 'BF', admin1: '' })
    for (const country of ['ML', ''])
      expect(countryFilter(country, inSegou)).toMatchObject({ country, admin1: 'ML-4' })
  })

  it('finds words in any order, whatever their case and accents', () => {
    expect(listed({ text: 'SEGOU siege' }, {})).toBe(true)
    expect(listed({ text: 'siege gao' }, {})).toBe(false)
  })

  it('tells who has an alert: the one it is assigned to before the one who acknowledged it', () => {
    const operator = { acknowledgedBy: 'Ama', assignedTo: 'Ben' }
    expect(listed({ holder: 'others' }, { operator })).toBe(true)
    expect(listed({ holder: 'mine' }, { operator })).toBe(false)
    expect(listed({ holder: 'mine' }, { operator: { ...operator, assignedTo: null } })).toBe(true)
    expect(listed({ holder: 'nobody' }, {})).toBe(true)
    expect(listed({ holder: 'anybody' }, {})).toBe(false)
    for (const name of ['assignedTo', 'acknowledgedBy'] as const)
      for (const by of ['me', 'another'])
        expect(
          listed(
            { holder: 'anybody' },
            { operator: { ...operator, assignedTo: null, acknowledgedBy: null, [name]: by } }
          )
        ).toBe(true)
    expect(filterIn(new URLSearchParams('taken=anybody')).holder).toBe('anybody')
  })

  it('lists what nobody answered as the suite tells it, by its own name in the address', () => {
    expect([
      listed({ unanswered: true }, { alertId: 'waits' }),
      listed({ unanswered: true }, {})
    ]).toEqual([true, false])
    expect(addressOf(presetFilter('unanswered', wholeQueue))).toMatchObject({
      answered: 'false',
      sort: 'waiting'
    })
    const waiting = ['early', 'late', 'grave'].map((alertId, i) => {
      const firstReportedAt = `2026-02-2${i + 1}T12:00:00.000Z`
      return anAlert({
        ...{ alertId, severity: i === 2 ? 'extreme' : 'moderate', levels: [] },
        times: { firstReportedAt }
      })
    })
    const stories = storiesOf(waiting.toReversed(), 'waiting', placedIn)
    expect(stories.map(({ whole }) => whole.alertId)).toEqual(['grave', 'early', 'late'])
  })

  it('lists closed alerts only where they are asked for', () => {
    expect([
      listed({}, { status: 'resolved' }),
      listed({ status: 'closed' }, { status: 'resolved' })
    ]).toEqual([false, true])
    expect(listed({ withOldNews: false }, { notify: 'quiet', revision: 1 })).toBe(false)
    expect(listed({ withDrills: false }, { drill: true })).toBe(false)
  })
})

describe('stories', () => {
  const whole = anAlert({ alertId: 'whole', severity: 'moderate' })
  const part = anAlert({ alertId: 'part', severity: 'extreme', partOf: 'whole' })
  const other = anAlert({ alertId: 'other', severity: 'severe' })

  it('stand as high as their gravest part', () => {
    expect(
      storiesOf([whole, other, part], 'grave', placedIn).map(story => story.whole.alertId)
    ).toEqual(['whole', 'other'])
  })

  it('fold nothing away that is graver than the whole', () => {
    const mild = anAlert({ alertId: 'mild', severity: 'moderate', partOf: 'whole' })
    const rows = rowsOf(storiesOf([whole, other, part, mild], 'grave', placedIn), new Set())
    expect(
      rows.map(({ alert, depth, folded }) => [
        alert.alertId,
        depth,
        folded.map(({ alertId }) => alertId)
      ])
    ).toEqual([
      ['whole', 0, ['mild']],
      ['part', 1, []],
      ['other', 0, []]
    ])
  })

  it('show their other parts only when unfolded', () => {
    const mild = anAlert({ alertId: 'part', severity: 'moderate', partOf: 'whole' })
    const heavy = { ...whole, severity: 'extreme' as const }
    const stories = storiesOf([heavy, other, mild], 'grave', placedIn)
    expect(ids(rowsOf(stories, new Set()))).toEqual(['whole', 'other'])
    expect(
      rowsOf(stories, new Set(['whole'])).map(({ alert, depth }) => [alert.alertId, depth])
    ).toEqual([
      ['whole', 0],
      ['part', 1],
      ['other', 0]
    ])
  })

  it('leave no alert out: a part without its whole, a part of a part, two that are part of each other', () => {
    const all = (alerts: readonly ShownAlert[]) => {
      const stories = storiesOf(alerts, 'grave', placedIn)
      return ids(rowsOf(stories, new Set(stories.map(story => story.whole.alertId)))).sort()
    }
    expect(all([part])).toEqual(['part'])
    expect(all([whole, part, anAlert({ alertId: 'deep', partOf: 'part' })])).toEqual([
      'deep',
      'part',
      'whole'
    ])
    expect(
      all([anAlert({ alertId: 'a', partOf: 'b' }), anAlert({ alertId: 'b', partOf: 'a' })])
    ).toEqual(['a', 'b'])
    const circle = ['a', 'b', 'c'].map((alertId, i, list) =>
      anAlert({ alertId, partOf: list[(i + 1) % 3] as string })
    )
    expect(all(circle)).toEqual(['a', 'b', 'c'])
  })

  it('have one order whatever the order of arrival', () => {
    const alerts = ['c', 'a', 'b'].map(alertId => anAlert({ alertId }))
    for (const sort of ['grave', 'newest', 'oldest', 'place'] as const) {
      const forward = storiesOf(alerts, sort, placedIn).map(story => story.whole.alertId)
      expect(
        storiesOf(alerts.toReversed(), sort, placedIn).map(story => story.whole.alertId)
      ).toEqual(forward)
    }
  })
})

describe('rows while somebody reads', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(alertId => anAlert({ alertId })) as [
    ShownAlert,
    ShownAlert,
    ShownAlert
  ]
  const rows = (...alerts: readonly ShownAlert[]) =>
    rowsOf(storiesOf(alerts, 'grave', placedIn), new Set())
  const known =
    (...alerts: readonly ShownAlert[]) =>
    (id: string) =>
      alerts.find(alert => alert.alertId === id)

  const heldRows = (
    shown: ReturnType<typeof rows>,
    wanted: ReturnType<typeof rows>,
    now: ReturnType<typeof known>
  ) => {
    const told = held(new StandingRows(shown), wanted, now)
    const wantedOf = (id: string) => wanted.find(({ alert }) => alert.alertId === id)
    return {
      ...told,
      rows: told.rows.map(row =>
        presentRow(row, wantedOf(row.alert.alertId), now(row.alert.alertId))
      )
    }
  }

  it('stand still: what is new waits, and says how grave it is', () => {
    const grave = { ...c, severity: 'extreme' as const }
    const told = heldRows(rows(a, b), rows(a, b, grave), known(a, b, grave))
    expect(ids(told.rows)).toEqual(['a', 'b'])
    expect(told).toMatchObject({ waiting: 1, worstWaiting: 'extreme', moved: 0 })
  })

  it('show the present state of what has closed or moved, where it stood', () => {
    const closed = { ...a, status: 'resolved' as const }
    const told = heldRows(rows(a, b), rows(b), known(closed, b))
    expect(told.rows.map(({ alert }) => [alert.alertId, alert.status])).toEqual([
      ['a', 'resolved'],
      ['b', 'provisional']
    ])
    expect(told.moved).toBeGreaterThan(0)
  })

  it('drop what this reader may no longer see', () => {
    expect(ids(heldRows(rows(a, b), rows(b), known(b)).rows)).toEqual(['b'])
  })
})
