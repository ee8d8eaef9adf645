// What the console asks of times to answers.

import type { ResponseTimes } from '../shown/answers.ts'
import { type TimesAsk, timesPath } from '../upkeep/response-times.ts'
import { type Answer, ask } from './answers.ts'

export function askResponseTimes(asked: TimesAsk): Promise<Answer<ResponseTimes>> {
  return ask<ResponseTimes>(timesPath(asked))
}
