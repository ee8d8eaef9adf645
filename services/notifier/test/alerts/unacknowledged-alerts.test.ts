// Which courses of events leave an alert unacknowledged.

import { describe, expect, it } from 'vitest'
import { isUnacknowledged } from '../../src/alerts/alert-calls.ts'
import { foldCalls, nobody, readCourse } from './call-facts.ts'

describe('an alert', () => {
  const isLeftUnacknowledged = (course: string) => {
    const facts = readCourse(course)
    return isUnacknowledged(foldCalls(facts), facts.at(-1)?.state.operator ?? nobody)
  }
  it.each([
    ['that paged is unacknowledged', true, '0 raised page'],
    ['that paged nobody is not', false, '0 raised quiet'],
    ['that somebody has is answered', false, '0 raised page, 1 acknowledged'],
    [
      'whose acknowledgement lapsed is unacknowledged again',
      true,
      '0 raised page, 1 acknowledged, 2 acknowledgement-lapsed'
    ],
    [
      'of which something was done is answered, also if nobody has it',
      false,
      '0 raised page, 1 responded'
    ],
    ['that is over is not unacknowledged', false, '0 raised page, 1 resolved'],
    [
      'that is back and paged is, whatever was done before',
      true,
      '0 raised page, 1 responded, 2 resolved, 3 reopened page'
    ],
    [
      'that is back and paged is, although what was done for the first call is written down now',
      true,
      '0 raised page, 20 resolved, 30 reopened page, 40 responded done:10'
    ],
    [
      'that escalates is, whatever was done before that',
      true,
      '0 raised page, 1 responded, 2 escalated page'
    ],
    [
      'that escalates is answered by what is recorded since, also if it was done before',
      false,
      '0 raised page, 1 responded, 20 escalated page, 30 responded done:10'
    ],
    [
      'of which nothing was done after all is unacknowledged again',
      true,
      '0 raised page, 1 responded, 9 response-corrected withdraws:1'
    ],
    [
      'that escalated is not answered by a correction of what was recorded before',
      true,
      '0 raised page, 1 responded, 20 escalated page, 30 response-corrected corrects:1 done:25'
    ],
    [
      'that escalated stays answered by a correction of what was recorded since',
      false,
      '0 raised page, 20 escalated page, 30 responded, 40 response-corrected corrects:1 done:10'
    ],
    [
      'that escalates quietly stays answered by what was done',
      false,
      '0 raised page, 1 responded, 2 escalated quiet'
    ],
    ['that came back quietly is not', false, '0 raised page, 2 resolved, 3 reopened quiet']
  ])('%s', (_, expected, course) => {
    expect(isLeftUnacknowledged(course)).toBe(expected)
  })
})
