// What is answered about watches.

import {
  buildPage,
  component,
  count,
  instant,
  listOf,
  nullable,
  ref,
  shape,
  text,
  truth
} from '@tocsin/contracts/format/format'
import { subscriberNameSchema } from '../webhook/subscriber-names.ts'

export const shiftSchema = shape('Shift', 'One turn of a watch.', {
  officer: text('Who has the watch.'),
  from: instant(),
  until: instant(),
  lines: listOf(text(), 'Subscriptions, in the order in which alerts go on to them.'),
  note: nullable(text('What was handed over.'))
})
export const watchSchema = shape('Watch', 'Who is on until when, and whom alerts go to.', {
  id: text(),
  name: text(),
  version: count('Counts changes.'),
  shifts: listOf(shiftSchema, 'In order of their beginnings; those that are over for a month.'),
  theatres: ref('TheatresHeld'),
  handling: ref('Handling'),
  lineNames: listOf(
    subscriberNameSchema,
    'Of the subscriptions in `lines` of its shifts those that you may know.'
  ),
  onWatch: listOf(shiftSchema, 'Those that are on now.'),
  next: nullable(shiftSchema),
  isFollowed: truth('Whether a subscription that you may know of follows it.'),
  isUnstaffed: truth(
    'Nobody on shift can be reached: all subscriptions that follow it are told. False if you may not know.'
  ),
  mayChange: truth('Whether the reader may change and withdraw it.')
})
export const watchListSchema = component(
  'WatchList',
  buildPage(watchSchema, 'A page of those that you may know of.')
)
