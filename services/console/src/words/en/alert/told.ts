// Words of who was notified of an alert.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')

export const toldEn = {
  noneInReach: 'Not sent to any webhook you can see.',
  unnamed: 'a partner whose key is gone',
  states: {
    accepted: 'delivered',
    waiting: 'waiting',
    held: 'held',
    'not-accepted': 'not delivered',
    'not-sent': 'not sent'
  },
  summary: (having: number, all: number) =>
    having === all
      ? `${plural(all, 'webhook', 'webhooks')}, delivered`
      : `${plural(all, 'webhook', 'webhooks')}, ${having} delivered`,
  notNotified: (count: number) => `${plural(count, 'webhook', 'webhooks')} not notified`,
  causes: {
    view: 'may not see this alert',
    'before-subscription': 'was created after the alert',
    drill: 'does not want drills',
    filter: 'its filter does not match',
    quiet: 'the alert pages nobody',
    'not-authorized': 'its key may no longer receive alerts',
    unconfirmed: 'its endpoint has not consented',
    disabled: 'is disabled',
    ended: 'has ended',
    'not-yet': 'will be notified',
    'earlier-settings': 'its earlier settings did not match',
    forgotten: 'the record is no longer kept'
  } as Readonly<Record<string, string>>,
  silenced: 'silenced',
  heldBySilence: 'Held by a silence until',
  madeBy: 'made by',
  heldUntold: 'Held. You may not see by what.',
  openSilence: 'Open the silence',
  silencedUntil: 'Silenced until',
  silencedFrom: 'Updates are held back from:',
  silencedMore: (count: number) =>
    `${plural(count, 'more silence holds', 'more silences hold')} it back: see all silences`,
  takenAt: 'delivered',
  since: 'waits since',
  reminded: (count: number) =>
    count === 1 ? 'reminded once, at' : `reminded ${plural(count, 'time', 'times')}, last at`,
  newestReminder: (state: string) => {
    if (state === 'pending') return ' (not delivered yet)'
    return state === 'given-up' || state === 'gone' ? ' (not delivered)' : ''
  },
  deliveryStates: {
    pending: 'waits',
    delivered: 'taken',
    parked: 'set aside',
    superseded: 'skipped: a later state went instead',
    expired: 'skipped: the alert began and ended during an outage',
    lapsed: 'lapsed: not taken in time; the feed has it',
    'left-out': 'left out: the filter no longer wants it',
    muted: 'never told by its policy'
  } as Readonly<Record<string, string>>,
  holds: {
    silenced: 'a silence is over it',
    'off-watch': 'the current shift does not name it',
    answered: 'somebody has the alert',
    'pages-nobody': 'it pages nobody, so nobody need answer it',
    'earlier-line': 'it is a later step: the earlier ones have time to answer',
    'quiet-hours': 'these are its quiet hours',
    'told-in-story': 'another alert of its story was told',
    'group-wait': 'it waits for others of its story',
    'update-interval': 'the alert was told a short while ago',
    'below-minimum': 'it is below the least severity'
  } as Readonly<Record<string, string>>,
  heldUntil: (reason: string, time: string) => `Held until ${time}: ${reason}.`,
  heldOpen: (reason: string) => `Held until that changes: ${reason}.`,
  mutes: {
    'ended-unheard': 'it began and ended before it was due',
    'endings-unwanted': 'its end, which is not wanted',
    'action-refused': 'it says that an action was refused, which nobody with a policy is told'
  } as Readonly<Record<string, string>>,
  toldInstead: 'Open the alert that was told',
  notRepeated: 'Not told again.',
  contact: 'Call:',
  partnersHaveIt: 'Partners',
  answeredEarlier: (count: number) => `${count} more said so before`
} as const
