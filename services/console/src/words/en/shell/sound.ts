// Words of what is heard: the sound of the shift, and what screen readers are told of alerts that
// come and change.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')
const alerts = (count: number): string => plural(count, 'alert', 'alerts')

export const soundEn = {
  title: 'Sound',
  arm: 'Sound is off. Turn on',
  armed: 'Sound on',
  armedFrom: (severity: string) => `: ${severity} and worse`,
  armedLost: 'Sound on, but not live',
  armedBehind: 'Sound on, but the suite is behind',
  muted: 'Sound muted',
  blocked: 'Sound blocked by the browser. Turn on',
  off: 'Sound is off.',
  heldBack: 'The alarm does not sound: this browser holds it back until you press here.',
  letSound: 'Let it sound',
  offNow: (count: number) =>
    `Sound is off since the page was loaded. Severe or extreme and unacknowledged: ${alerts(count)}.`,
  turnOn: 'Turn sound on',
  leaveOff: 'Leave it off',
  mute: 'Mute',
  unmute: 'Unmute',
  disarm: 'Turn off',
  test: (severity: string) => `Test tone: ${severity}`,
  least: 'Sounds from',
  drills: 'Drills sound too',
  notices: {
    default: 'Notify in this browser…',
    granted: 'This browser notifies while you look at another window.',
    denied: 'This browser blocks notifications of this page.'
  },
  how: 'What pages, and what stands unacknowledged when you arm it, sounds until somebody acknowledges it or records a response: again and again, the gravest alone. Assigning does not stop it. The page must stay open and live: two low tones, again each minute, say that it is not, also when your session has ended or the suite is behind.',
  lostHere: 'Sound is on, and this page hears nothing: two low tones say so each minute.',
  standing: (count: number) => `Sound is on. ${alerts(count)} stood unacknowledged.`,
  alarm: (count: number, severity: string) =>
    `${alerts(count)} unacknowledged, gravest ${severity}:`,
  hush: (count: number) =>
    count === 1 ? 'Hush this here' : `Hush all ${count.toLocaleString('en')} here`,
  more: (count: number) => `and ${count} more`
} as const

const some = (count: number, what: string): readonly string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en')} ${what} ${count === 1 ? 'alert' : 'alerts'}`]

export const sayEn = {
  raised: (severity: string, headline: string) => `New: ${severity}: ${headline}`,
  changed: (severity: string, headline: string) => `Changed: ${severity}: ${headline}`,
  many: (raised: number, changed: number, severity: string, headline: string) =>
    `${[...some(raised, 'new'), ...some(changed, 'changed')].join(', ')}. Gravest: ${severity}: ${headline}`
} as const
