// Words of who was told of an alert.

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const toldEn = {
  title: 'Who was told',
  none: 'Nothing of this alert was sent to a webhook of yours.',
  noneInReach: 'Nothing of this alert was sent to a webhook that your key may know of.',
  unnamed: 'a partner whose key is gone',
  states: {
    accepted: 'taken',
    waiting: 'waiting',
    held: 'held',
    'not-accepted': 'not taken',
    'not-sent': 'not sent'
  },
  summary: (having: number, all: number) =>
    having === all
      ? all === 1
        ? 'The one webhook that it goes to has what holds now.'
        : `All ${all} webhooks that it goes to have what holds now.`
      : `${having} of ${plural(all, 'webhook has', 'webhooks have')} what holds now.`,
  silenced: 'silenced',
  heldBySilence: 'Held by a silence until',
  madeBy: 'made by',
  heldUntold: 'Held until that changes: by what is not for you to know.',
  openSilence: 'Open the silence',
  silencedUntil: 'Silenced until',
  silencedFrom: 'What is new of it is held back from:',
  silencedBefore: 'Silenced until',
  maybeSilencedBefore:
    'May have been silenced (what it was for is not compared here in full) until',
  silenceOver: 'That is over.',
  nothingSince:
    'Nothing of this alert was sent since: nothing was held back, or it no longer stood.',
  sentSince: 'Sent since to',
  notTakenYet: 'Not taken yet by',
  silencedMore: (count: number) =>
    `${plural(count, 'more silence holds', 'more silences hold')} it back: see all silences`,
  takenAt: 'taken',
  since: 'waits since',
  reminded: (count: number) =>
    count === 1 ? 'reminded once, at' : `reminded ${plural(count, 'time', 'times')}, last at`,
  newestReminder: (state: string) => {
    if (state === 'pending') return ' (not taken yet)'
    return state === 'given-up' || state === 'gone' ? ' (not taken)' : ''
  },
  next: 'next attempt',
  contact: 'Call:',
  partnersHaveIt: 'Partners who have it',
  answeredEarlier: (count: number) => `${count} more said so before`,
  until: 'until',
  events: (count: number) => plural(count, 'event', 'events'),
  of: (host: string) => `of this alert to ${host}`,
  more: 'Show more of them',
  manage: 'Subscription'
} as const
