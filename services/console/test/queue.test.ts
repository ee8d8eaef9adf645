// What is listed, in which order, and what stands still; and the list as a file.

import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import { describe, expect, it } from 'vitest'
import { closedMax } from '../src/live/picture.ts'
import { readClosedStanding } from '../src/live/standing.ts'
import {
  choicesAmong,
  exportPath,
  filterIn,
  formatAddress,
  isListed,
  isNarrowed,
  makeEmptyList,
  type Nows,
  presetFilter,
  pressed,
  type QueueFilter,
  toTheMinute,
  wholeQueue,
  withChosen
} from '../src/queue/queue-filter.ts'
import {
  heldRows as held,
  listRows,
  makeWhole,
  nextPlace,
  presentRow
} from '../src/queue/queue-rows.ts'
import type { ShownAlert } from '../src/shown/shown-alert.ts'
import { notExported } from '../src/view/queue/filter-words.ts'
import { type AlertMembers, anAlert, placedIn } from './support/an-alert.ts'
import { storiesOf } from './support/stories-of.ts'

const ids = (rows: readonly { readonly alert: ShownAlert }[]) =>
  rows.map(({ alert }) => alert.alertId)
const nows = { suite: Date.parse('2026-03-01T13:00:00.000Z'), of: {} }
const judging = {
  nows,
  me: 'Ama',
  placeOf: placedIn
}
const listed = (filter: Partial<QueueFilter>, alert: AlertMembers) =>
  isListed({ ...wholeQueue, ...filter }, anAlert(alert), judging)

describe('a list with nothing in it', () => {
  const signs = {
    isLive: true,
    isWhole: true,
    isNarrowed: false,
    lacksClosed: false
  }

  it.each<[ReturnType<typeof makeEmptyList>, Partial<typeof signs>]>([
    ['quiet', {}],
    ['filtered', { isNarrowed: true }],
    ['loading', { isWhole: false }],
    ['loading', { lacksClosed: true, isNarrowed: true }],
    ['not-live', { isLive: false }],
    ['not-live', { isWhole: false, isLive: false }]
  ])('says that nothing is open only where that is known: %s, %j', (said, members) => {
    expect(makeEmptyList({ ...signs, ...members })).toBe(said)
  })

  const whole = { body: { next: null }, failure: null, toldAtMs: 0 }
  it.each<[ReturnType<typeof readClosedStanding>, object, number?]>([
    ['whole', {}],
    ['cut', { body: { next: 'c' } }],
    ['cut', {}, closedMax],
    ['unknown', { body: null }],
    ['failed', { body: null, failure: 'unreachable' }]
  ])(
    'holds of closed alerts those that changed last, and says so: %s, %j',
    (said, members, held = 3) => {
      expect(readClosedStanding({ ...whole, ...members }, held)).toBe(said)
    }
  )
})

describe('the keys j and k', () => {
  const rows = ['a', 'b', 'c', 'd'].map(alertId => ({ alert: { alertId } }))

  it.each<[string | undefined, 1 | -1, number, number | null]>([
    ['a', 1, 1, null],
    ['c', -1, 1, null],
    ['d', 1, 3, null],
    ['a', -1, 0, null],
    [undefined, 1, 0, null],
    [undefined, -1, 0, null],
    // It stood third: the fourth has taken its place.
    ['closed', 1, 2, 2],
    ['closed', -1, 1, 2],
    ['closed', 1, 0, 0],
    ['closed', -1, 0, 0],
    ['closed', 1, 3, 9]
  ])('lead from %s by %i to %i, also where that stood at %s', (id, by, place, lastAt) => {
    expect(nextPlace(rows, id, by, lastAt)).toBe(place)
    expect(nextPlace([], 'a', 1, 2)).toBe(-1)
  })
})

describe('the filter', () => {
  it('stands whole in the address, and comes back from it', () => {
    const filter: QueueFilter = {
      text: 'diosso & ségou',
      severity: ['extreme', 'minor'],
      status: 'all',
      owner: ['me', '@Ama, of the coast'],
      unacknowledged: true,
      pattern: ['siege', '-front'],
      country: ['ML', 'BF'],
      theatre: ['sahel'],
      admin1: ['ML-4'],
      certainty: ['likely'],
      within: '6h',
      withOldNews: false,
      withDrills: false,
      sort: 'oldest',
      group: 'country'
    }
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(formatAddress(filter)))
      if (value !== null) query.set(name, value)
    expect(filterIn(new URLSearchParams(query.toString()))).toEqual(filter)
    expect(isNarrowed(filter)).toBe(true)
  })

  it('of an address that says nothing, or nonsense, is the whole queue', () => {
    for (const text of ['', 'severity=worst,&status=x&taken=&sort='])
      expect(filterIn(new URLSearchParams(text))).toEqual(wholeQueue)
    expect(isNarrowed({ ...wholeQueue, sort: 'newest' })).toBe(false)
    expect(filterIn(new URLSearchParams('country=ML,%25')).country).toEqual(['ML', '%'])
  })

  const wide = { area: { admin1: ['ML-4', 'ML-5'] } }
  const both = { acknowledgedBy: 'Ama', assignedTo: 'Ben' }
  it.each<[string, Partial<QueueFilter>, AlertMembers, boolean]>([
    ['of a theatre', { theatre: ['sahel'] }, {}, true],
    ['of no other theatre', { theatre: ['lake'] }, {}, false],
    ['of an area', { admin1: ['ML-4'] }, {}, true],
    ['of no other area', { admin1: ['ML-5'] }, {}, false],
    ['for each of its areas', { admin1: ['ML-5'], country: ['ML'] }, wide, true],
    ['for no other country', { admin1: ['ML-5'], country: ['BF'] }, wide, false],
    ['by words in any order, whatever their case and accents', { text: 'SEGOU siege' }, {}, true],
    ['by all words', { text: 'siege gao' }, {}, false],
    ['of whom it is assigned to', { owner: ['@Ben'] }, { operator: both }, true],
    ['not of who acknowledged it before', { owner: ['me'] }, { operator: both }, false],
    ['of who acknowledged it', { owner: ['me'] }, { operator: { acknowledgedBy: 'Ama' } }, true],
    ['of nobody', { owner: ['nobody'] }, {}, true],
    ['not of anybody', { owner: ['-nobody'] }, {}, false],
    ['that anybody has', { owner: ['-nobody'] }, { operator: { acknowledgedBy: 'me' } }, true],
    ['assigned to anybody', { owner: ['-nobody'] }, { operator: { assignedTo: 'another' } }, true],
    ['of one of several areas', { admin1: ['ML-5', 'ML-4'] }, {}, true],
    ['of no area that is not wanted', { admin1: ['-ML-4'] }, {}, false],
    ['of any but one that is not wanted', { admin1: ['-ML-5'] }, {}, true],
    [
      'of no area that is not wanted, whatever else it lies in',
      { admin1: ['ML-4', '-ML-5'] },
      wide,
      false
    ],
    ['unacknowledged', { unacknowledged: true }, {}, true],
    ['acknowledged', { unacknowledged: true }, { operator: { isAcknowledged: true } }, false],
    ['that needs no acknowledgement', { unacknowledged: true }, { drill: true }, false],
    ['not closed', {}, { status: 'resolved' }, false],
    ['closed where that is asked for', { status: 'closed' }, { status: 'resolved' }, true],
    ['without old news', { withOldNews: false }, { notify: 'quiet', revision: 1 }, false],
    ['without drills', { withDrills: false }, { drill: true }, false],
    ['that only describes others', {}, { describes: true }, false],
    ['that describes, of the pattern asked for', { pattern: ['siege'] }, { describes: true }, true]
  ])('lists an alert %s', (_, filter, alert, isThere) => {
    expect(listed(filter, alert)).toBe(isThere)
  })

  it('offers what the open alerts carry, with how many, and what an address names although none carries it', () => {
    const area = { country: ['BF'], admin1: ['BF-54', 'BF-56'] }
    const alerts = [
      anAlert(),
      anAlert({ theatre: 'lake', area, operator: { acknowledgedBy: 'Ama' } }),
      anAlert({ operator: { assignedTo: 'me' } }),
      anAlert({ status: 'resolved' })
    ]
    const known = choicesAmong(alerts, 'me')
    expect(known.country).toEqual([
      ['ML', 2],
      ['BF', 1]
    ])
    expect(known.admin1.map(([code]) => code)).toEqual(['ML-4', 'BF-54', 'BF-56'])
    expect(known.owner).toEqual([
      ['nobody', 1],
      ['me', 1],
      ['@Ama', 1]
    ])
    expect(withChosen(known.theatre, ['-coast'])).toEqual([...known.theatre, ['coast', 0]])
  })

  it('is wanted by a press, not wanted by a second, and neither by a third', () => {
    const once = pressed(['BF'], 'ML')
    const twice = pressed(once, 'ML')
    expect([once, twice, pressed(twice, 'ML')]).toEqual([['BF', 'ML'], ['BF', '-ML'], ['BF']])
  })

  it('of a preset leaves an area of the one before', () => {
    const inSegou = { ...wholeQueue, theatre: ['sahel'], country: ['ML'], admin1: ['ML-4'] }
    for (const preset of ['whole', 'mine'] as const)
      expect(presetFilter(preset, inSegou)).toMatchObject({ theatre: [], admin1: [] })
  })

  it('of what nobody answered has a name of its own in the address, and the longest wait first', () => {
    expect(formatAddress(presetFilter('unacknowledged', wholeQueue))).toMatchObject({
      ...{ answered: 'false', sort: 'waiting' }
    })
    const waiting = ['early', 'late', 'grave'].map((alertId, i) => {
      const times = { firstReportedAt: `2026-02-2${i + 1}T12:00:00.000Z` }
      return anAlert({ alertId, severity: i === 2 ? 'extreme' : 'moderate', levels: [], times })
    })
    const stories = storiesOf(waiting.toReversed(), 'waiting', placedIn)
    expect(stories.map(({ whole }) => whole.alertId)).toEqual(['grave', 'early', 'late'])
  })
})

describe('stories', () => {
  const whole = anAlert({ alertId: 'whole', severity: 'moderate' })
  const part = anAlert({ alertId: 'part', severity: 'extreme', partOf: 'whole' })
  const other = anAlert({ alertId: 'other', severity: 'severe' })

  const mild = anAlert({ alertId: 'mild', partOf: 'whole' })
  const shown = (rows: ReturnType<typeof listRows>) =>
    rows.map(({ alert, depth, folded }) => [
      alert.alertId,
      depth,
      ...ids(folded.map(each => ({ alert: each })))
    ])

  it('stand as high as their gravest part, of whose severity they are while it is folded away', () => {
    const stories = storiesOf([whole, other, part, mild], 'grave', placedIn)
    const rows = listRows(stories, new Set())
    expect(ids(rows)).toEqual(['whole', 'other'])
    expect(rows[0]?.severity).toBe(part.severity)
    expect(rows[0]?.severity).not.toBe(whole.severity)
  })

  it('show four parts when unfolded, the gravest, and the rest when that is asked for', () => {
    const parts = ['a', 'b', 'c', 'd', 'e'].map(alertId =>
      anAlert({ alertId, partOf: 'whole', severity: alertId === 'e' ? 'extreme' : 'minor' })
    )
    const stories = storiesOf([whole, ...parts], 'grave', placedIn)
    const few = listRows(stories, new Set(['whole']))
    expect(ids(few)).toEqual(['whole', 'e', 'a', 'b', 'c'])
    expect(few.map(({ rest }) => rest.map(({ alertId }) => alertId))).toEqual([
      ...[[], [], [], []],
      ['d']
    ])
    const all = listRows(stories, new Set(['whole', makeWhole('whole')]))
    expect(ids(all)).toEqual(['whole', 'e', 'a', 'b', 'c', 'd'])
    expect(all.flatMap(({ rest }) => rest)).toEqual([])
  })

  it('show their other parts only when unfolded', () => {
    const heavy = { ...whole, severity: 'extreme' as const }
    const stories = storiesOf([heavy, other, mild], 'grave', placedIn)
    expect(ids(listRows(stories, new Set()))).toEqual(['whole', 'other'])
    expect(shown(listRows(stories, new Set(['whole'])))).toEqual([
      ['whole', 0],
      ['mild', 1],
      ['other', 0]
    ])
  })

  it('leave no alert out: a part without its whole, a part of a part, two that are part of each other', () => {
    const all = (alerts: readonly ShownAlert[]) => {
      const stories = storiesOf(alerts, 'grave', placedIn)
      return ids(listRows(stories, new Set(stories.map(story => story.whole.alertId)))).sort()
    }
    const circle = (...of: readonly string[]) =>
      of.map((alertId, i) => anAlert({ alertId, partOf: of[(i + 1) % of.length] ?? null }))
    const deep = anAlert({ alertId: 'deep', partOf: 'part' })
    expect(all([part])).toEqual(['part'])
    expect(all([whole, part, deep])).toEqual(['deep', 'part', 'whole'])
    expect(all(circle('a', 'b'))).toEqual(['a', 'b'])
    expect(all(circle('a', 'b', 'c'))).toEqual(['a', 'b', 'c'])
  })

  it('have one order whatever the order of arrival', () => {
    const alerts = ['c', 'a', 'b'].map(alertId => anAlert({ alertId }))
    for (const sort of ['grave', 'newest', 'oldest', 'place'] as const) {
      const [forward, back] = [alerts, alerts.toReversed()].map(each =>
        storiesOf(each, sort, placedIn).map(story => story.whole.alertId)
      )
      expect(back).toEqual(forward)
    }
  })
})

describe('rows while somebody reads', () => {
  const [a, b] = ['a', 'b'].map(alertId => anAlert({ alertId })) as [ShownAlert, ShownAlert]
  const grave = anAlert({ alertId: 'c', severity: 'extreme' })
  const rows = (alerts: readonly ShownAlert[]) =>
    listRows(storiesOf(alerts, 'grave', placedIn), new Set())

  /** What is shown where `a` and `b` stand, of rows that are wanted and alerts that are known. */
  const shown = (wanted: readonly ShownAlert[], known: readonly ShownAlert[]) => {
    const nowOf = (id: string) => known.find(({ alertId }) => alertId === id)
    const wantedRows = rows(wanted)
    const told = held(rows([a, b]), wantedRows, nowOf)
    const present = told.rows.map(row => {
      const { alertId } = row.alert
      return presentRow(
        row,
        wantedRows.find(({ alert }) => alert.alertId === alertId),
        nowOf(alertId)
      )
    })
    return { ...told, rows: present.map(({ alert }) => `${alert.alertId} ${alert.status}`) }
  }
  const stand = ['a provisional', 'b provisional']

  it('stand still: what is new waits, and says how grave it is', () => {
    const all = [a, b, grave]
    expect(shown(all, all)).toMatchObject({
      rows: stand,
      waiting: 1,
      worstWaiting: 'extreme',
      moved: 0
    })
  })

  it('show the present state of what has closed or moved, where it stood', () => {
    const told = shown([b], [{ ...a, status: 'resolved' }, b])
    expect(told.rows).toEqual(['a resolved', 'b provisional'])
    expect(told.moved).toBeGreaterThan(0)
  })

  it('drop what this reader may no longer see', () => {
    expect(shown([b], [b]).rows).toEqual(['b provisional'])
  })
})

const at = (time: string) => Date.parse(`2026-03-01T${time}:00.000Z`)
const changed = (time: string, alertId = time, theatre = 'sahel') =>
  anAlert({
    alertId,
    theatre,
    times: { detectedAt: `2026-03-01T${time}:00.000Z` }
  })
const noon = { suite: at('12:00'), of: {} }
const isChangedWithin = (within: QueueFilter['within'], alert: ShownAlert, nows: Nows) =>
  isListed({ ...wholeQueue, within }, alert, { me: '', placeOf: placedIn, nows })

describe('a list of what has changed within hours', () => {
  it('goes by the last change, to the end of the hour', () => {
    const within = (time: string) =>
      (['1h', '6h', '24h'] as const).filter(each => isChangedWithin(each, changed(time), noon))
    const times = ['11:30', '11:00', '10:59', '05:59'].map(time => within(time).join(' '))
    expect(times).toEqual(['1h 6h 24h', '1h 6h 24h', '6h 24h', '24h'])
    const muchLater = { suite: at('23:00') + 99 * 86_400_000, of: {} }
    expect(isChangedWithin('', changed('00:00'), muchLater)).toBe(true)
    // A clock that stands a little behind the suite's leaves nothing out.
    expect(within('12:02')).toContain('1h')
  })

  it('goes by the time of the theatre of each, which a replay may have elsewhere', () => {
    const nows = { suite: at('23:00'), of: { past: at('10:00') } }
    expect(isChangedWithin('1h', changed('09:30', 'a', 'past'), nows)).toBe(true)
    expect(isChangedWithin('1h', changed('09:30', 'a', 'other'), nows)).toBe(false)
  })

  it('is judged anew by the minute', () => {
    expect(toTheMinute({ suite: at('12:00') + 59_999, of: { past: at('10:00') + 1 } })).toEqual({
      suite: at('12:00'),
      of: { past: at('10:00') }
    })
  })

  it('stands in the address, and narrows', () => {
    const filter = filterIn(new URLSearchParams('changed=6h'))
    expect([filter.within, isNarrowed(filter)]).toEqual(['6h', true])
    expect(filterIn(new URLSearchParams('changed=5h')).within).toBe('')
  })
})

const asked = (filter: Partial<QueueFilter>) =>
  Object.fromEntries(
    new URL(exportPath({ ...wholeQueue, ...filter }, 'csv'), 'http://a').searchParams
  )

describe('a list as a file', () => {
  it('has the filters of the list that the suite has', () => {
    const whole = { kind: 'alerts', format: 'csv', bom: 'true' }
    expect(asked({ status: 'all' })).toEqual(whole)
    expect(asked({})).toEqual({ ...whole, status: 'provisional,confirmed' })
    const narrow = { pattern: 'siege', country: 'ML,NE', theatre: 'sahel', admin1: 'ML-4' }
    const query = asked({
      ...{ pattern: ['siege'], country: ['ML', 'NE'], theatre: ['sahel'], admin1: ['ML-4'] },
      ...{ certainty: ['likely'], withDrills: false, status: 'closed' },
      severity: ['severe', 'extreme']
    })
    expect(query).toEqual({
      ...{ ...whole, ...narrow, certainty: 'likely', severity: 'severe,extreme' },
      ...{ status: 'retracted,resolved', drill: 'false' }
    })
    const names: readonly string[] = [...filterNames, ...Object.keys(whole)]
    expect(Object.keys(query).filter(name => !names.includes(name))).toEqual([])
  })

  it('says what it is not narrowed by', () => {
    const not = (filter: Partial<QueueFilter>) => notExported({ ...wholeQueue, ...filter })
    expect(not({ country: ['ML'], status: 'all', withDrills: false })).toEqual([])
    const more = { text: 'mopti', owner: ['me'], unacknowledged: true, withOldNews: false }
    expect(not({ ...more, country: ['ML', '-NE'] })).toHaveLength(5)
  })
})
