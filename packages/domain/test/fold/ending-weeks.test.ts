import { expect, it } from 'vitest'
import { EndingWeeks } from '../../src/fold/ending-weeks.ts'
import { trimEveryMs } from '../../src/fold/trim-schedule.ts'

const week = (weeks: number) => weeks * trimEveryMs

it('gives what ends in weeks that began before a moment, wherever it was filed before', () => {
  const endings = new EndingWeeks<string>()
  endings.file('open', null, null)
  endings.file('early', null, week(3))
  endings.file('moved', null, week(3) + 5)
  endings.file('late', null, week(9))
  expect(endings.beginningBefore(week(3))).toEqual([])
  expect(endings.beginningBefore(week(4))).toEqual(['early', 'moved'])
  endings.file('moved', week(3) + 5, week(8))
  expect(endings.beginningBefore(week(4))).toEqual(['early'])
  endings.file('early', week(3), null)
  expect(endings.beginningBefore(week(20))).toEqual(['late', 'moved'])
  endings.file('moved', week(8), week(8) + 1)
  expect(endings.beginningBefore(week(20))).toEqual(['late', 'moved'])
})
