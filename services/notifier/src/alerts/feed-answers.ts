// What the pull feed answers.

import { listOf, part, ref, shape, text, truth } from '@tocsin/contracts/format/format'

export const feedPageSchema = shape(
  'FeedPage',
  '`prev` of each row is the cursor of the previous row: a break in that chain is a gap.',
  {
    recovered: truth(
      'False: the position cannot be resumed. `snapshot` is then the state at `next`, or its first part.'
    ),
    items: listOf(
      part('One event.', {
        event: ref('ShownEvent'),
        cursor: text('The position after it, equal on stream and feed.'),
        prev: text(
          'The previous cursor in this answer, at first that of the request. With `headline` and `ids` its first 8 characters.'
        )
      })
    ),
    next: text('Where to continue, also without rows.'),
    snapshot: listOf(
      ref('ShownAlert'),
      'Open alerts as of `next`, most severe first. With `recovered` true, a further part of the snapshot.'
    ),
    more: truth('True if further parts of the snapshot follow after `next`.')
  },
  ['snapshot', 'more']
)
