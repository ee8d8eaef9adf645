// What routes about reports have in common.

import { text, words } from '@tocsin/contracts/format/format'
import { answer } from '@tocsin/service/route/definition'
import { reportAcceptedSchema } from './report-answers.ts'

export const reportIdParams = {
  id: text({
    description: 'The `reportId` from the answer to the post.',
    pattern: '^[0-9a-f]{32}$'
  })
}

export const readLane = (description: string) => ({
  lane: words(['live', 'backfill'], { description, default: 'live' })
})

export const acceptedAs = (description: string) =>
  answer(description, reportAcceptedSchema, 'tocsin-cursor')
