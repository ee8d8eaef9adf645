// One trace from a report to the frame and the webhook of its alert.

import { it } from 'vitest'
import { checkOneTrace } from './harness/trace-check.ts'

it('shares one trace from the request to the frame and the webhook', () => checkOneTrace())
