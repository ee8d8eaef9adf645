// Words of who was notified of an alert.

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

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
  contact: 'Call:',
  partnersHaveIt: 'Partners',
  answeredEarlier: (count: number) => `${count} more said so before`,
  until: 'until'
} as const
