// Answers of the pull feed. WebSocket frames are not HTTP: the operation describes them in prose.

import { type JsonSchema, listOf, record, ref, text, truth } from './json-schema.ts'

export const streamSchemas: Readonly<Record<string, JsonSchema>> = {
  FeedPage: record(
    'Alert events in order. `prev` of each row is the cursor of the one before it: a break in that chain is a gap.',
    {
      recovered: truth(
        'False: the position cannot be gone on from. `snapshot` is the state to begin anew from, at `next`, or the first part of it.'
      ),
      items: listOf(
        record('One event.', {
          event: ref('AlertEvent'),
          cursor: text('The position behind it: the same on stream and feed.'),
          prev: text('The cursor before it in this answer; of the first row, the one that was asked from.')
        })
      ),
      next: text('Where to go on, also when there were no rows.'),
      snapshot: listOf(
        ref('Alert'),
        'Open alerts as they are at `next`, behind all items: gravest first. Where `recovered` is true, a further part of the snapshot that was begun.'
      ),
      more: truth('True where further parts of the snapshot follow from `next` on.')
    },
    ['snapshot', 'more']
  )
}
