// Words that the first page needs, whatever is opened on it.

import { pluralIn } from '../language/language.ts'
import { actsEn, responsesEn, unacknowledgedEn } from './shell/acts.ts'
import { historyEn } from './shell/history.ts'
import { lightsEn } from './shell/lights.ts'
import { queueEn } from './shell/queue.ts'
import { signInEn } from './shell/sign-in.ts'
import { sayEn, soundEn } from './shell/sound.ts'
import { viewsEn } from './shell/views.ts'

const plural = pluralIn('en')

const byTheSuite = 'All times here go by the suite’s. Set this machine’s.'

export const part = {
  /** Empty: as Tocsin names it, which is English. */
  queueWork: queueEn,
  unacknowledged: unacknowledgedEn,
  sound: soundEn,
  direction: 'ltr',
  language: 'en',
  /** Of the suite's own prose, whatever the language of the page. */
  suiteLanguage: 'en',
  product: 'Tocsin',
  needsScript: 'This console needs JavaScript. The same alerts are at /v1/alerts.',
  skipToQueue: 'Skip to the alerts',
  views: viewsEn,
  signIn: signInEn,

  top: {
    signOut: 'Sign out',
    dropsTyped: 'What you typed and did not send is lost.',
    notSignedOut: 'Not signed out. Try again',
    signedInAs: (name: string) => `Signed in as ${name}`,
    readOnly: 'may read only',
    utc: 'UTC',
    local: 'here',
    look: 'Look',
    language: 'Language',
    ofBrowser: 'As the browser',
    languageNotLoaded: 'The words could not be loaded. Choose again.',
    looks: { auto: 'Auto', light: 'Light', dark: 'Dark', wall: 'Wall' }
  },

  lights: lightsEn,

  stale: {
    title: 'This page is not live.',
    ended: 'This page is no longer live.',
    doubted:
      'This page is not live: your session has ended, and nobody has answered yet whether it goes on. It is asked again every few seconds.',
    signInAnew: 'Sign in another way',
    catchingUp: 'Catching up: this page is not live yet.',
    coming: 'The link is good, and what happened meanwhile is on its way.',
    never: 'The server has not answered yet. Nothing shown here is known to be current.',
    since: (time: string, age: string) => `What you see is as of ${time}, ${age} ago.`,
    cutOff: 'The server answers but is cut off from its event log, so new alerts are unknown.',
    retry: (wait: string) => `Trying again in ${wait}.`,
    connecting: 'Trying to connect.',
    begin: {
      unreachable:
        'The suite does not answer. Trying again and again: nothing is known until it does.',
      refused: (detail: string) =>
        `The suite answers, but does not say who is signed in: ${detail} Trying again and again.`
    },
    silent: 'The link is open, but nothing comes.',
    retryNow: 'Try now',
    signInAgain: 'Sign in again',
    older: (time: string, age: string) =>
      `The details of the open alert are as of ${time}, ${age} ago. The alert has changed since: the list says what is known of it. Asking again.`,
    inTab: (name: string) => `⚠ not live · ${name}`,
    actsWait: 'While the page is not live nothing can be sent. What you type is kept.'
  },
  behind: {
    title: 'The suite is behind.',
    since: (time: string, age: string) =>
      `What you see is as of ${time}, ${age} ago: reports that came since may not have been looked at, and their alerts may still come.`,
    inTab: (name: string) => `⚠ behind · ${name}`
  },
  restoredLog: (at: string, takenAt: string | null) =>
    `The log was restored at ${at} from ${takenAt === null ? 'an older copy' : `a copy of ${takenAt}`}. Reports, alerts and actions in between are lost.`,
  machineClock: {
    slow: (by: string) => `The clock of this machine is ${by} behind the suite’s. ${byTheSuite}`,
    fast: (by: string) => `The clock of this machine is ${by} ahead of the suite’s. ${byTheSuite}`
  },
  clocksUnknown: (time: string) =>
    `The suite has not told the times of the theatres since ${time}: whether one stands still is not known.`,
  clockUnset:
    'Nobody has set the clock of the suite’s machine: it takes no reports, and no theatre’s time advances, until somebody does.',
  wrongClock: (id: string, time: string, standing: 'behind' | 'leap') =>
    `The clock of theatre ${id} stands wrong, at ${time}, ${
      standing === 'behind'
        ? 'after the clock of the suite’s machine'
        : 'more than a month before the clock of the suite’s machine'
    }: it does not advance until an administrator sets it (tocsin theatres set-time ${id}).`,

  missed: {
    title: (count: number) =>
      `While this page was not live: ${plural(count, 'alert changed', 'alerts changed')}`,
    span: (from: string, to: string) => `From ${from} to ${to}.`,
    none: (from: string, to: string) =>
      `The page was not live from ${from} to ${to}. No alert changed.`,
    raised: 'New',
    changed: 'Changed',
    gone: 'No longer open',
    more: (count: number, all: number) =>
      `Show ${count.toLocaleString('en')} more of ${all.toLocaleString('en')}`,
    again: 'Read it again later: the shift report since then',
    dismiss: 'I have read this'
  },

  queue: {
    count: (shown: number, all: number) =>
      shown === all
        ? plural(all, 'alert', 'alerts')
        : `${shown} of ${plural(all, 'alert', 'alerts')}`,
    loading: 'more are loading',
    notAll: 'not all are known',
    nothing: {
      'not-live': {
        title: 'No alert that matches is known',
        more: 'The page is not live: there may be some.'
      },
      loading: { title: 'Alerts are loading', more: '' },
      filtered: { title: 'No alert matches', more: 'Of the alerts in this list none matches.' },
      quiet: { title: 'No alert is open', more: 'New alerts appear here by themselves.' }
    },
    working: 'Live: what the rules find appears within seconds.',
    silent: (silent: number, all: number) =>
      `${silent} of ${plural(all, 'source is', 'sources are')} silent. A silent source does not mean a quiet area.`,
    seeSources: 'See sources',
    searchAll: 'Search resolved alerts too',
    closed: {
      unknown: () => 'Closed alerts are being loaded.',
      failed: () =>
        'Closed alerts could not be loaded: only those are listed that closed since this page was opened.',
      cut: (max: number) =>
        `The ${max} that changed last are here. Type words of a headline to search all; an export has all.`
    },
    clear: 'Clear filters',
    pause: 'Pause',
    paused: (time: string) => `paused at ${time}: no row moves`,
    waiting: (count: number, worst: string | null) =>
      `${plural(count, 'new alert', 'new alerts')}${worst === null ? '' : `, gravest ${worst}`}: show`,
    waitingGone: (count: number) => `${plural(count, 'change', 'changes')} of order: show`,
    parts: (count: number) => plural(count, 'part', 'parts'),
    moreParts: (count: number, counts: string) =>
      `${plural(count, 'more part', 'more parts')}: ${counts}`,
    partsOf: (headline: string) => `of ${headline}`,
    partOf: 'Part of another alert',
    drill: 'Drill',
    oldNews: 'old news',
    describes: 'notifies nobody'
  },

  filters: {
    title: 'Filters',
    open: 'Filter',
    search: 'Search',
    searchHint: 'Headline, place, rule, person',
    sort: 'Sort',
    sorts: {
      ...{
        grave: 'Sort: gravest',
        waiting: 'Sort: gravest, then longest open',
        newest: 'Sort: latest change'
      },
      ...{ oldest: 'Sort: longest open', place: 'Sort: place' }
    },
    severity: 'Severity',
    openOnes: 'open',
    status: 'Status',
    statuses: { open: 'Open', closed: 'Resolved and retracted', all: 'All' },
    facets: {
      country: 'Country',
      admin1: 'Area',
      pattern: 'Rule',
      owner: 'Owner',
      certainty: 'Certainty',
      theatre: 'Theatre'
    },
    byName: {
      filter: 'Which alerts',
      filterHint: 'Nothing chosen: all.',
      severity: 'Severity',
      minSeverity: 'Severity',
      country: 'Country',
      admin1: 'Area',
      category: 'Category',
      pattern: 'Pattern',
      ruleId: 'Rule',
      certainty: 'Certainty',
      theatre: 'Theatre'
    } as Readonly<Record<string, string>>,
    least: (severity: string) => `${severity} and above`,
    owners: { nobody: 'Unassigned', me: 'You' },
    not: (value: string) => `not ${value}`,
    notHint: 'A second press on a box means “not”.',
    show: (count: number) => `Show ${plural(count, 'alert', 'alerts')}`,
    state: 'State',
    unacknowledged: 'Unacknowledged',
    within: 'Last change',
    anyTime: 'Changed at any time',
    withins: { '1h': 'in the last hour', '6h': 'in 6 hours', '24h': 'in 24 hours' },
    quiet: 'Old news',
    drills: 'Drills',
    active: (name: string, value: string) => `${name}: ${value}`,
    without: (what: string) => `Without: ${what}`,
    activeOnes: 'Filters that are on',
    drop: (what: string) => `Drop this filter: ${what}`
  },

  severities: { extreme: 'extreme', severe: 'severe', moderate: 'moderate', minor: 'minor' },
  statuses: {
    provisional: 'Provisional',
    confirmed: 'Confirmed',
    retracted: 'Retracted',
    resolved: 'Resolved'
  },
  certainties: {
    observed: 'observed',
    likely: 'likely',
    possible: 'possible',
    unlikely: 'unlikely',
    unknown: 'unknown'
  },
  handlings: {
    public: 'public',
    partners: 'partners',
    internal: 'internal',
    restricted: 'restricted'
  },
  dispositions: {
    true: 'True',
    'false-alarm': 'False alarm',
    duplicate: 'Duplicate',
    drill: 'Drill'
  },
  assignedToName: (name: string) => `Assigned to ${name}`,
  events: {
    raised: 'Raised',
    revised: 'Revised',
    confirmed: 'Confirmed',
    escalated: 'Escalated',
    resolved: 'Resolved',
    reopened: 'Reopened',
    retracted: 'Retracted',
    acknowledged: 'Acknowledged',
    'acknowledgement-lapsed': 'Acknowledgement lapsed',
    assigned: 'Assigned',
    'given-back': 'Given back',
    commented: 'Comment',
    responded: 'Response recorded',
    'response-corrected': 'Response corrected',
    'response-withdrawn': 'Response withdrawn',
    answered: 'A partner has it',
    'answered-done': 'A partner said what was done',
    'action-refused': 'Action refused',
    'left-view': 'Left your view'
  },

  history: historyEn,

  acts: actsEn,
  responses: responsesEn,

  holder: {
    nobody: 'unassigned',
    nobodyAlone: 'Unassigned',
    you: 'You',
    with: (name: string) => `assigned to ${name}`,
    acknowledged: (name: string) => `acknowledged by ${name}`,
    acknowledgedUntil: (name: string, time: string) => `acknowledged by ${name} until ${time}`,
    /** Null: less than a minute. */
    ago: (age: string | null) => (age === null ? 'just now' : `${age} ago`)
  },

  deaths: {
    unknown: 'not known',
    range: (low: number, high: number) => `${low} to ${high}`,
    atLeast: (low: number) => `at least ${low}`,
    atMost: (high: number) => `at most ${high}`,
    about: (best: number, range: string) =>
      range === '' ? `about ${best}` : `about ${best} (${range})`
  },

  place: {
    unknown: 'place not known',
    more: (count: number) => `and ${count} more`,
    oneOf: (km: number) => `one of several, within ${km} km`,
    within: (km: number) => `± ${km} km`,
    notFound: 'not found',
    outsideCountry: 'coordinates far outside the stated country',
    outsideArea: 'coordinates far outside that area',
    mayBe: (places: string) => `may be ${places}`,
    alsoAt: (places: string) => `also at ${places}`,
    or: '; or '
  },

  time: {
    now: 'now',
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n} h`,
    days: (n: number) => `${n} d`,
    months: (n: number) => `${n} mo`,
    withAge: (time: string, age: string) => `${time} (${age} ago)`,
    since: (day: string) => `since ${day}`,
    span: (from: string, to: string) => `${from} to ${to}`,
    there: (time: string) => `${time} there`,
    severalZones: 'local time not known: several zones',
    late: (report: string, event: string) =>
      `${report} after the first report, ${event} after it began`,
    units: {
      seconds: (n: number) => `${n} s`,
      minutes: (n: number) => `${n} min`,
      hours: (hours: number, minutes: number) =>
        minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`,
      days: (days: number, hours: number) => (hours === 0 ? `${days} d` : `${days} d ${hours} h`)
    },
    replay: (id: string, time: string) => `${id} (replay): ${time}`
  },

  help: {
    open: 'Commands and keys',
    field: 'Command, view or alert',
    hint: '↑ ↓ choose, Enter runs it, Escape closes',
    count: (count: number) => (count === 1 ? '1 match' : `${count} matches`),
    none: 'Nothing matches.',
    resolved: 'Resolved',
    close: 'Close',
    groups: { actions: 'Actions', views: 'Views', alerts: 'Alerts' },
    actions: {
      a: 'Acknowledge',
      s: 'Assign',
      r: 'Respond',
      c: 'Comment',
      e: 'Resolve',
      o: 'Reopen',
      j: 'Next alert',
      k: 'Previous alert',
      ArrowRight: 'Show the parts of the story',
      ArrowLeft: 'Hide the parts of the story',
      x: 'Select the alert',
      X: 'Select all up to the alert',
      '/': 'Search the list',
      f: 'Filter the list',
      n: 'Show new alerts',
      p: 'Pause the list, and go on'
    } as Readonly<Record<string, string>>,
    keyNames: { ArrowRight: '→', ArrowLeft: '←', X: 'Shift X' } as Readonly<Record<string, string>>,
    look: (look: string) => `Look: ${look}`,
    singleKeys: 'Single keys act (off: for speech input)'
  },
  say: sayEn
} as const
