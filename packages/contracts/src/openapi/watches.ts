// Answers about watches and shared views.

import {
  buildPage,
  count,
  instant,
  type JsonSchema,
  listOf,
  orNull,
  record,
  ref,
  text,
  truth
} from './json-schema.ts'

export const watchSchemas: Readonly<Record<string, JsonSchema>> = {
  WatchList: buildPage(ref('Watch'), 'A page of those that you may know of.'),
  Watch: record('Who is on until when, and whom alerts go to.', {
    id: text(),
    name: text(),
    version: count('Counts changes.'),
    shifts: listOf(ref('Shift'), 'In order of their beginnings; those that are over for a month.'),
    theatres: ref('TheatresHeld'),
    handling: ref('Handling'),
    lineNames: listOf(
      ref('SubscriberName'),
      'Of the subscriptions in `lines` of its shifts those that you may know.'
    ),
    onWatch: listOf(ref('Shift'), 'Those that are on now.'),
    next: orNull(ref('Shift')),
    isFollowed: truth('Whether a subscription that you may know of follows it.'),
    isUnstaffed: truth(
      'Nobody on shift can be reached: all subscriptions that follow it are told. False if you may not know.'
    ),
    mayChange: truth('Whether the reader may change and withdraw it.')
  }),
  SubscriberName: record(
    'By whom a subscription is held, if you may know it: its address is for who manages it.',
    {
      subscriptionId: text(),
      by: orNull(text('Name of the key that made it; null: not known any more.')),
      contact: orNull(text('Whom to contact if it fails.'))
    }
  ),
  Shift: record('One turn of a watch.', {
    officer: text('Who has the watch.'),
    from: instant(),
    until: instant(),
    lines: listOf(text(), 'Subscriptions, in the order in which alerts go on to them.'),
    note: orNull(text('What was handed over.'))
  })
}
