// Which alert continues when late reports add an earlier episode, split one, join two, or restore
// one.

import { describe, expect, it } from 'vitest'
import {
  abduction,
  arcOfLongAgo,
  earlierArc,
  mergedFronts,
  splitFront,
  ToldTale,
  twoSieges
} from './identity-tales.ts'

describe('late reports', () => {
  it('that add an earlier episode raise an alert of its own: that of June continues unchanged', () => {
    const told = new ToldTale(earlierArc)
    expect(told.course).toEqual([
      ['2 June: an attack on Dioura the day before'],
      ['4 June: one on Sirakorola'],
      ['5 June: one on Boulkessi', 'A1 raised at 1; page'],
      ['9 June: a day with post'],
      ['another source writes of May: Ségou on the 12th'],
      ['… Sirakorola on the 13th'],
      ['… and Sikasso on the 14th', 'B1 raised at 1; page'],
      ['10 June: a day passes', 'B2 resolved at 1, situation-ended; update'],
      [
        '10 June: the word of Sikasso in May is withdrawn',
        'B3 retracted at 1, support-fell-away; update'
      ],
      ['30 June: three weeks without another attack', 'A2 resolved at 1, situation-ended; update']
    ])
    const [june, may] = [told.alert('A'), told.alert('B')]
    expect(june).toMatchObject({
      window: { from: '2025-06-01T00:00:00.000Z' },
      references: [],
      partOf: null
    })
    expect(may).toMatchObject({
      window: { from: '2025-05-12T00:00:00.000Z' },
      references: [],
      urgency: 'past'
    })
    expect(may.headline).toMatch(/^Retracted: /)
  })

  it('that add an episode which ended months ago page nobody', () => {
    const { course } = new ToldTale(arcOfLongAgo)
    expect(course.slice(3)).toEqual([
      ['1 August: a day with post', 'A2 resolved at 1, situation-ended; quiet'],
      ['another source writes of May: Ségou on the 12th'],
      ['… Sirakorola on the 13th'],
      ['… and Sikasso on the 14th', 'B1 raised at 1; quiet'],
      ['2 August: a day passes', 'B2 resolved at 1, situation-ended; quiet']
    ])
  })

  it('that split one leave the alert, with its officer, to the half that shares more with it; what rejoins the halves restores it', () => {
    const told = new ToldTale(splitFront)
    expect(told.course).toEqual([
      ['5 March: two attacks in the west and one on the road', 'A1 raised at 1; page'],
      ['6 March: two in the east', 'A2 revised at 1; update', 'A3 revised at 1; update'],
      ['7 March: one more on either side', 'A4 revised at 1; update', 'A5 revised at 1; update'],
      ['7 March: an officer takes it', 'A6 acknowledged at 1; update'],
      [
        '8 March: the wire withdraws the attack on the road',
        'A7 revised at 1; update',
        'B1 raised at 1; page'
      ],
      [
        '9 March: another source has seen it',
        'B2 retracted at 1, merged; update',
        'A8 revised at 1; update'
      ],
      [
        '10 March: that source withdraws it, too',
        'B3 reopened at 1, support-returned; page',
        'A9 revised at 1; update'
      ]
    ])
    const [a, b] = [told.alert('A'), told.alert('B')]
    expect(a.evidence.map(item => item.incidentId)).toEqual(['w1', 'w2', 'w3'])
    expect(b.evidence.map(item => item.incidentId)).toEqual(['e1', 'e2', 'e3'])
    expect([a.operator.acknowledgedBy, b.operator.acknowledgedBy]).toEqual(['officer-1', null])
    // Each states that it was one with the other for a while.
    expect([a.references, b.references]).toEqual([[b.alertId], [a.alertId]])
  })

  it('that join two continue the older, which takes over the officer of the younger; if they part again it keeps the larger', () => {
    const told = new ToldTale(mergedFronts)
    expect(told.course).toEqual([
      ['6 March: three attacks in the west', 'A1 raised at 1; page'],
      ['7 March: three in the east', 'B1 raised at 1; page'],
      ['7 March: an officer takes the one in the east', 'B2 acknowledged at 1; update'],
      [
        '12 March: it becomes known that the road between them was hit on the 4th',
        'B3 retracted at 1, merged; update',
        'A2 revised at 1; update'
      ],
      ['13 March: one more in the east', 'A3 revised at 1; update'],
      ['14 March: the road is withdrawn', 'A4 revised at 1; update', 'C1 raised at 1; page']
    ])
    const joined = told.events.find(
      ({ data }) =>
        data.alertId === told.alert('A').alertId && 'revision' in data && data.revision === 2
    )
    expect(joined?.data).toMatchObject({
      references: [told.alert('B').alertId],
      operatorRevision: 2,
      operator: { acknowledgedBy: 'officer-1' },
      area: { admin1: ['ML-5'] }
    })
    expect(told.alert('B')).toMatchObject({
      status: 'retracted',
      references: [told.alert('A').alertId]
    })
    expect(told.alert('A').evidence.map(item => item.incidentId)).toEqual(['e1', 'e2', 'e3', 'e4'])
    expect(told.alert('C').evidence.map(item => item.incidentId)).toEqual(['w1', 'w2', 'w3'])
  })

  it('of access that lasted split one siege: the first has ended, the second is new', () => {
    const told = new ToldTale({ ...twoSieges, steps: twoSieges.steps.slice(0, 6) })
    expect(told.course).toEqual([
      ['15 January: a blockade since New Year', 'A1 raised at 1; page'],
      ['20 February: a month of it', 'A2 escalated at 2, 30 days; page'],
      [
        '20 August: blockaded, it is told again',
        'A3 escalated at 4, 180 days; page',
        'A4 confirmed at 4; update'
      ],
      [
        '25 August: the convoys tell that they came through from 3 May on',
        'A5 revised at 4; update'
      ],
      [
        '26 August: so does the mayor',
        'A6 resolved at 3, situation-ended; quiet',
        'B1 raised at 1; page'
      ],
      ['27 August: a day passes']
    ])
    expect(told.alert('A')).toMatchObject({
      headline: 'Partial siege of Diosso has ended',
      window: { from: '2024-01-01T00:00:00.000Z', to: '2024-05-19T00:00:00.000Z' }
    })
    expect(told.alert('B').window).toEqual({ from: '2024-08-01T00:00:00.000Z', to: null })
  })

  it('that make one person of two, free her and withdraw that, move one alert: raised once, reopened, and escalated by her death', () => {
    const told = new ToldTale(abduction)
    expect(told.course).toEqual([
      ['4 March: a nurse is taken near Dioura', 'A1 raised at 1; page'],
      ['8 March: a woman is taken, it says, near Boulkessi', 'B1 raised at 1; page'],
      [
        '20 March: a third source names the nurse by both names',
        'B2 retracted at 1, merged; update',
        'A2 revised at 1; update'
      ],
      ['1 April: she is free', 'A3 resolved at 1, situation-ended; update'],
      ['3 April: she is not: the wire withdraws it', 'A4 reopened at 1, situation-goes-on; page'],
      ['9 April: she was killed', 'A5 confirmed at 1; update', 'A6 escalated at 2, killing; page']
    ])
    expect(told.alert('A').references).toEqual([told.alert('B').alertId])
  })
})

describe('a partner', () => {
  it('can tell from which alert a new one was split: it held the reports of the new one until then', () => {
    const split = new ToldTale({ ...splitFront, steps: splitFront.steps.slice(0, 5) })
    expect(split.alert('B').references).toEqual([split.alert('A').alertId])
    const parted = new ToldTale(mergedFronts)
    expect(parted.alert('C').references).toContain(parted.alert('A').alertId)
    const sieges = new ToldTale({ ...twoSieges, steps: twoSieges.steps.slice(0, 6) })
    expect(sieges.alert('B').references).toEqual([sieges.alert('A').alertId])
  })
})
