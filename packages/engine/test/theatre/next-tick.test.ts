// The next day on which a tick may publish anything: the days before it need no tick.

import { expect, it } from 'vitest'
import { convertToDay, formatDay } from '../../src/data/time.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeDefaultRules } from '../courses/rule-courses.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

it.each([1, 2, 3])('no tick before it publishes anything, course %i', seed => {
  const { records } = makeTheatreCourse(seed, { reports: 60, days: 500 })
  let published = 0
  const fold = new LevelFold(makeDefaultRules(), {
    ...{ theatre: 'sahel', fold: 'restricted', engine: '1.0.0' },
    write: () => {
      published += 1
    }
  })
  let skipped = 0
  for (const record of records) {
    if (record.type !== 'clock.ticked') {
      fold.apply(record)
      continue
    }
    const lastDay = convertToDay(Date.parse(record.data.to))
    for (let day = (fold.engine.today || lastDay - 1) + 1; day <= lastDay; day++) {
      const isDue = day >= fold.findNextTickDay()
      const before = published
      const to = `${formatDay(day)}T00:00:00.000Z`
      fold.apply({ ...record, id: `tick-${to}`, time: to, data: { to, gap: false } })
      if (isDue) continue
      skipped += 1
      expect(published, to).toBe(before)
    }
  }
  expect(skipped).toBeGreaterThan(50)
})
