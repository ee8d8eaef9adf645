// Words for who has not signed in.

import type { TypedKind } from '../../../shown/typed-kinds.ts'
import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')
const some = (one: string, many: string) => (count: number) => plural(count, one, many)

export const signInEn = {
  title: 'Sign in',
  lead: 'You are not signed in in this browser.',
  ended: 'Your session has ended, or its key was revoked.',
  awaited:
    'The identity provider, or the suite, does not answer. It is asked again every few seconds, and this page goes on once it does. You may sign in another way meanwhile.',
  typed: {
    title: (name: string) => `Typed as ${name} and not sent`,
    kinds: {
      note: some('note on an alert', 'notes on alerts'),
      'bulk-note': some('note for many alerts', 'notes for many alerts'),
      declaration: some('split or merge of an incident', 'splits and merges of incidents'),
      rule: some('rule', 'rules'),
      mending: some('report in the quarantine', 'reports in the quarantine'),
      key: some('new key', 'new keys'),
      watch: some('new watch', 'new watches'),
      theatre: some('theatre', 'theatres'),
      source: some('source', 'sources'),
      'watch-change': some('change of a watch', 'changes of watches'),
      subscription: some('new subscription', 'new subscriptions'),
      'subscription-change': some('change of a subscription', 'changes of subscriptions'),
      silence: some('silence', 'silences'),
      secret: some(
        'secret that is shown once and was not stored',
        'secrets that are shown once and were not stored'
      )
    } satisfies Readonly<Record<TypedKind, (count: number) => string>>,
    kept: (name: string) =>
      `It is in this page alone until the page is closed or left, and stands where it was once ${name} signs in again with the same key. Whoever signs in with another key does not see it, and it is dropped.`,
    otherWindow:
      'The identity provider is opened in another window, so that this page keeps it. This page goes on by itself.',
    successor: (name: string, former: string) =>
      `${name} is signed in in this browser now, with another key. What ${former} typed is dropped if ${name} goes on.`,
    goOn: (name: string) => `Go on as ${name}, and drop it`
  },
  leaving: {
    drops: 'It is in this page alone, and goes with it when you sign out.',
    yes: 'Sign out, and drop it',
    no: 'Stay'
  },
  back: {
    title: (name: string) => `You are signed in as ${name}`,
    lead: 'The page from which you came goes on by itself, with what you had typed. This window can be closed.',
    here: 'Use the console in this window'
  },
  withProvider: (host: string) => `Sign in with ${host}`,
  withLink: 'With a link',
  /** For a terminal. */
  linkCommand: (origin: string) =>
    `npm run -s tocsin -- keys link owner --url ${origin} --data DATA_FOLDER`,
  linkHow:
    'Tocsin prints a sign-in link when it starts in a terminal. Open it in this browser and press its button: it works once. An administrator can make another under “Keys”, or the owner where Tocsin runs:',
  withKey: 'With an API key',
  keyLabel: 'API key',
  keyHow:
    'The key is exchanged for a session and is not kept in this browser. The owner’s key is in the file owner.key of the data folder.',
  go: 'Sign in',
  asking: 'Signing in…',
  refused: 'The key is not known here, was revoked, or has expired.',
  unreachable: 'The suite could not be reached. Try again.',
  forPrograms: 'For programs',
  forProgramsHow: 'They need no session: they send a key with each request. How is told by',
  interfaceName: 'the description of the interface'
} as const
