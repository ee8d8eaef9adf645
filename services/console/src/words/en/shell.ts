// Words that the first page needs, whatever is opened on it.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')
const alerts = (count: number): string => plural(count, 'alert', 'alerts')

const some = (count: number, what: string): readonly string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en')} ${what} ${count === 1 ? 'alert' : 'alerts'}`]

const byItsClock = 'All times here follow Tocsin’s clock. Set the clock of this machine.'

export const part = {
  queueWork: {
    groupBy: 'Group',
    groupings: {
      none: 'None',
      country: 'By country',
      area: 'By area',
      rule: 'By rule',
      owner: 'By owner',
      severity: 'By severity'
    },
    noArea: 'No area stated',
    groupCount: (count: number, worst: string) => `${alerts(count)}, gravest ${worst}`,

    presets: 'Views of the list',
    preset: {
      whole: 'Open',
      unacknowledged: 'Unacknowledged',
      mine: 'Mine',
      closed: 'Resolved',
      severe: 'Severe, unassigned',
      new: 'New, unassigned'
    },
    savedView: {
      name: 'Save this view for all officers as',
      save: 'Save',
      rename: 'Rename',
      done: (name: string) => `Saved for all officers: ${name}.`,
      delete: 'Delete this view',
      deleteAsk: (name: string) => `All officers lose “${name}”. Delete it?`,
      deleted: 'View deleted.'
    },
    copyLink: 'Copy link',
    silence: 'Silence these severities, pattern, place, certainty',
    ofView: 'to this view',

    files: {
      title: 'This list as a file:',
      formats: { csv: 'CSV', geojson: 'GeoJSON' },
      without: (parts: string) => `Not narrowed by: ${parts}.`
    },

    select: (headline: string) => `Select: ${headline}`,
    selectAll: 'Select all listed',
    selectAllUpTo: (max: number) => `Select the first ${max} alerts`,
    selected: (count: number) => `${alerts(count)} selected`,
    selectedMost: (max: number) => `No more than ${max} at a time.`,
    clear: 'Select none',
    unlisted: (count: number) =>
      `${alerts(count)} of these ${count === 1 ? 'is' : 'are'} not in the list as it is now:`,
    unpickUnlisted: (count: number) => (count === 1 ? 'Unselect it' : 'Unselect them'),
    bulk: {
      title: 'Act on all that is selected',
      open: 'Act on them',
      act: 'Act',
      acts: {
        acknowledgement: 'Acknowledge',
        assignment: 'Assign to me',
        'give-back': 'Release',
        resolution: 'Resolve'
      },
      note: 'Note for all of them (optional)',
      closeSure: (count: number, as: string) =>
        `${alerts(count)} will be resolved as “${as}” and page nobody any more. Resolve ${count === 1 ? 'it' : 'them'}?`,
      closeAll: (count: number) => `Yes, resolve ${alerts(count)}`,
      closeNot: 'Do not resolve',
      go: (act: string, count: number) => `${act}: ${alerts(count)}`,
      asking: (done: number, all: number) => `${done} of ${all} answered…`,
      results: 'What became of it',
      allDone: (count: number) => `Done for ${alerts(count)}.`,
      someNot: (done: number, not: number) =>
        `Done for ${done}. Not for ${alerts(not)}: ${not === 1 ? 'it is' : 'they are'} below, and still selected.`,
      someWait: (waiting: number) =>
        `Not decided yet for ${alerts(waiting)}: the outcome will appear below.`,
      gone: 'No longer visible to you.'
    }
  },
  /** Paged, neither acknowledged nor responded to. Assigning is not acknowledging. */
  unacknowledged: {
    one: 'Unacknowledged',
    count: (count: number) => (count === 0 ? 'All acknowledged' : `${count} unacknowledged`),
    /** Before an age. */
    oldest: 'oldest',
    worst: (severity: string) => `, up to ${severity}`,
    unknown: 'Unacknowledged: not known yet',
    title:
      'Alerts that paged, that nobody has acknowledged, and about which nothing was done. Assigning is not acknowledging.',
    notKnown: 'Which alerts nobody acknowledged is not known yet.',
    none: 'All alerts are acknowledged.',
    since: (time: string) => `raised about ${time}`
  },
  sound: {
    title: 'Sound',
    arm: 'Sound is off. Turn on',
    armed: 'Sound on',
    armedFrom: (severity: string) => `: ${severity} and worse`,
    armedLost: 'Sound on, but not live',
    armedBehind: 'Sound on, but Tocsin is behind',
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
    how: 'What pages, and what stands unacknowledged when you arm it, sounds until somebody acknowledges it or records a response: again and again, the gravest alone. Assigning does not stop it. The page must stay open and live: two low tones, again each minute, say that it is not, also when your session has ended or Tocsin is behind.',
    lostHere: 'Sound is on, and this page hears nothing: two low tones say so each minute.',
    standing: (count: number) => `Sound is on. ${alerts(count)} stood unacknowledged.`,
    alarm: (count: number, severity: string) =>
      `${alerts(count)} unacknowledged, gravest ${severity}:`,
    hush: (count: number) =>
      count === 1 ? 'Hush this here' : `Hush all ${count.toLocaleString('en')} here`
  },
  direction: 'ltr',
  language: 'en',
  /** Of Tocsin's own prose, whatever the language of the page. */
  suiteLanguage: 'en',
  product: 'Tocsin',
  needsScript: 'This console needs JavaScript. The same alerts are at /v1/alerts.',
  skipToQueue: 'Skip to the alerts',
  views: {
    title: 'Views',
    names: {
      alerts: 'Alerts',
      area: 'Area',
      incidents: 'Incidents',
      'hand-over': 'Shift report',
      'response-times': 'Response times',
      board: 'Past board',
      digest: 'Digest',
      sources: 'Sources',
      import: 'Import',
      subscriptions: 'Subscriptions',
      silences: 'Silences',
      watches: 'Roster',
      rules: 'Rules'
    },
    report: 'Send a report',
    more: 'More views',
    moreShort: 'More',
    shift: 'Shift',
    footTitle: 'Main views',
    skip: 'Skip to the view',
    loading: 'Loading the view…',
    failed:
      'The view could not be loaded. The link may be down, or Tocsin was upgraded since this page was opened.',
    reload: 'Load the page again',
    inTab: (view: string, product: string) => `${view} · ${product}`,
    inTabWith: (open: number, name: string) => `(${open.toLocaleString('en')}) ${name}`,
    asking: 'Asking…',
    refused: (detail: string) => `Not accepted: ${detail}`,
    unreachable: 'Tocsin could not be reached. What you typed is kept: try again.',
    notAnswered: 'Tocsin could not be reached. What you see is its last answer.',
    notTold: (detail: string) => `Not answered: ${detail}`,
    faultAt: (line: number, column: number, detail: string) =>
      `Line ${line}, column ${column}: ${detail}`,
    faultsBelow: 'Not accepted: see what is marked.',
    goOn: 'Go on with what I typed',
    restart: 'Begin anew from what it is now',
    once: 'It is shown only now, and cannot be asked for again.',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser blocked copying. Select the text.',
    linkCopied: 'Link copied',
    linkNotCopied: 'The browser blocked copying. The address bar has the link.',
    stored: 'I have stored it',
    pick: 'Search and choose',
    dropPick: (name: string) => `Remove ${name}`,
    notOffered: 'Choose one of the list.',
    formerWorld: 'world, before theatres were declared',
    map: 'Map',
    unstaffed: 'Nobody reachable on shift',
    deleteIt: 'Delete it',
    weekBefore: 'Week before',
    weekAfter: 'Week after',
    openAlert: 'Open the alert',
    no: 'No, go back'
  },
  signIn: {
    title: 'Sign in',
    lead: 'You are not signed in in this browser.',
    ended: 'Your session has ended, or its key was revoked.',
    awaited:
      'The identity provider, or Tocsin, does not answer. This page asks again every few seconds. You may sign in another way meanwhile.',
    otherWindow:
      'The identity provider is opened in another window, so that this page keeps what you typed. This page goes on by itself.',
    withProvider: (host: string) => `Sign in with ${host}`,
    withLink: 'With a link',
    /** For a terminal. */
    linkCommand: (origin: string) =>
      `npm run -s tocsin -- keys link owner --url ${origin} --data DATA_FOLDER`,
    linkHow:
      'Tocsin prints a sign-in link when it starts in a terminal. Open it in this browser and press its button: it works once. The owner can make another where Tocsin runs, and an administrator for each officer (tocsin keys link):',
    withKey: 'With an API key',
    keyLabel: 'API key',
    keyHow:
      'The key is exchanged for a session and is not kept in this browser. The owner’s key is in the file owner.key of the data folder.',
    asking: 'Signing in…',
    refused: 'The key is not known here, was revoked, or has expired.',
    unreachable: 'Tocsin could not be reached. Try again.',
    forPrograms: 'For programs',
    forProgramsHow: 'They need no session: they send a key with each request. For how, see',
    interfaceName: 'the description of the interface'
  },

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

  lights: {
    title: 'State of the link, the pipeline and the sources',
    link: 'Link',
    pipeline: 'Pipeline',
    unassigned: 'Outside',
    unassignedReports: (count: number) =>
      `${count.toLocaleString('en')} ${count === 1 ? 'report' : 'reports'} in no theatre`,
    unassignedMore: 'reports of the last 7 days: no rule sees them',
    good: 'good',
    bad: 'fault',
    warn: 'attention',
    unknown: 'unknown',
    linkLive: 'Live',
    linkHeard: (wait: string) => `last heard ${wait} ago`,
    linkComplete: (record: string, time: string) =>
      `complete up to record ${record}${time === '' ? '' : `, ${time}`}`,
    linkAnswers: 'Answers',
    linkConnecting: 'Connecting',
    linkCatchingUp: 'Catching up',
    linkLost: 'Not live',
    linkEnded: 'Ended',
    canaryThrough: (age: string | null) => (age === null ? 'canary just now' : `canary ${age} ago`),
    canaryThroughMore: (wait: string) => `a canary that was reported ${wait} ago became an alert`,
    canaryOverdue: (age: string) => `no canary for ${age}`,
    canaryNone: 'answers, no canary',
    canaryNoneMore:
      'no incident of the rule canary has come through, or this key may not see it: nothing shows that reports become alerts',
    canaryHidden: 'not shown to this key',
    pipelineBehind: (age: string) => `behind by ${age}`,
    pipelineBehindMore: 'reports that came since may not have been looked at',
    pipelineFaults: (names: readonly string[]) => `fault: ${names.join(', ')}`,
    pipelineUnknown: 'not known',
    sourcesLive: (live: number, all: number) => `${live} of ${all} heard`,
    silentCount: (count: number) => `${count} silent`,
    sourcesNone: 'none declared',
    sourcesWere: (heard: string, age: string) => `not known; ${heard} ${age} ago`,
    sourcesHidden: 'hidden from this key',
    silentSources: (names: readonly string[]) => `silent: ${names.join(', ')}`,
    unheardSources: (names: readonly string[]) =>
      `no report that you may see from: ${names.join(', ')}`
  },

  stale: {
    title: 'This page is not live.',
    ended: 'This page is no longer live.',
    doubted:
      'This page is not live: your session has ended, and nobody has answered yet whether it goes on. It is asked again every few seconds.',
    signInAnew: 'Sign in another way',
    catchingUp: 'Catching up: this page is not live yet.',
    coming: 'The link is good, and what happened meanwhile is on its way.',
    never: 'Tocsin has not answered yet. Nothing shown here is known to be current.',
    since: (time: string, age: string) => `What you see is as of ${time}, ${age} ago.`,
    cutOff: 'Tocsin answers but is cut off from its event log, so new alerts are unknown.',
    retry: (wait: string) => `Trying again in ${wait}.`,
    connecting: 'Trying to connect.',
    begin: {
      unreachable:
        'Tocsin does not answer. Trying again and again: nothing is known until it does.',
      refused: (detail: string) =>
        `Tocsin answers, but does not say who is signed in: ${detail} Trying again and again.`
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
    title: 'Tocsin is behind.',
    since: (time: string, age: string) =>
      `What you see is as of ${time}, ${age} ago: reports that came since may not have been looked at, and their alerts may still come.`,
    inTab: (name: string) => `⚠ behind · ${name}`
  },
  restoredLog: (at: string, takenAt: string | null) =>
    `The log was restored at ${at} from ${takenAt === null ? 'an older copy' : `a copy of ${takenAt}`}. Reports, alerts and actions in between are lost.`,
  machineClock: {
    slow: (by: string) => `The clock of this machine is ${by} behind Tocsin’s. ${byItsClock}`,
    fast: (by: string) => `The clock of this machine is ${by} ahead of Tocsin’s. ${byItsClock}`
  },
  clocksUnknown: (time: string) =>
    `No times of the theatres since ${time}: whether one stands still is not known.`,
  clockUnset:
    'Nobody has set the clock of Tocsin’s machine: reports are refused, and no theatre’s time advances, until somebody does.',
  wrongClock: (id: string, time: string, standing: 'behind' | 'leap') =>
    `The clock of theatre ${id} stands wrong, at ${time}, ${
      standing === 'behind'
        ? 'after the clock of Tocsin’s machine'
        : 'more than a month before the clock of Tocsin’s machine'
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
      unknown: () => 'Resolved alerts are being loaded.',
      failed: () =>
        'Resolved alerts could not be loaded: only those resolved since this page was opened are listed.',
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
    'given-back': 'Released',
    commented: 'Comment',
    responded: 'Response recorded',
    'response-corrected': 'Response corrected',
    'response-withdrawn': 'Response withdrawn',
    answered: 'A partner has it',
    'answered-done': 'A partner said what was done',
    'action-refused': 'Action refused',
    'left-view': 'Left your view'
  },

  history: {
    title: 'History',
    more: (count: number) => plural(count, 'more entry', 'more entries'),
    earlier: (count: number) => `${plural(count, 'earlier entry', 'earlier entries')} not loaded`,
    unknownChange: 'What it changed is not known: the entry before it is not loaded.',
    regrouped: 'Grouped again. No change of content.',
    revisions: (first: number, last: number) =>
      first === last ? `Revision ${first}` : `Revisions ${first} to ${last}`,
    by: (name: string) => `by ${name}`,
    headline: 'headline',
    severity: 'severity',
    status: 'status',
    certainty: 'certainty',
    evidence: 'evidence',
    deaths: 'deaths',
    time: 'time',
    where: 'where',
    taken: 'owner',
    done: 'what was done',
    levels: 'levels',
    handling: 'handling',
    threshold: 'threshold',
    rule: 'rule',
    ruleIn: (id: string, version: number) => `${id}, version ${version}`,
    partOf: 'part of',
    nothing: 'nothing',
    otherPieces: (count: string) => `${count}, others among them`,
    explanation: 'why it was raised',
    levelsCame: 'new levels',
    levelsWent: 'levels no longer',
    came: 'new evidence',
    went: 'evidence no longer'
  },

  acts: {
    title: 'Act',
    note: 'Note for other officers (optional)',
    readers: 'Visible to',
    acknowledge: 'Acknowledge',
    acknowledgeUntil: 'Acknowledge until…',
    untilEscalates: 'Acknowledge until it escalates',
    untilEscalatesHint: 'Off your list until it gets worse.',
    takeOver: 'Take over',
    cancel: 'Cancel',
    /** `ago` is empty where it is not known. */
    otherHasIt: (holder: string, ago: string) => `Owner: ${holder}${ago === '' ? '' : `, ${ago}`}.`,
    until: 'until',
    untils: {
      none: 'it escalates',
      '30': '30 minutes',
      '60': '1 hour',
      '240': '4 hours',
      '480': '8 hours'
    },
    untilClock: 'a time of day',
    clockMissing: 'such as 06:00',
    takenAway: {
      title: (count: number) =>
        count === 1 ? 'The owner of an alert changed' : `${count} alerts changed owner`,
      assigned: (by: string) => `${by} has assigned this to you.`,
      taken: (by: string) => `${by} has taken over what you had.`,
      given: (holder: string, by: string) => `${by} has given to ${holder} what you had.`,
      givenBack: (by: string) => `${by} has released what you had: it is unassigned.`
    },
    assign: 'Assign',
    assignTo: 'Assign to',
    assignOther: 'another name or desk…',
    assignName: 'Name',
    nobodyOfName: (name: string) => `No officer named “${name}” is known. Check the spelling.`,
    assignedCalls: 'Assigning does not stop the pages. Acknowledging does.',
    response: 'Respond',
    comment: 'Comment',
    commentText: 'Comment text',
    resolve: 'Resolve',
    disposition: 'It was',
    reopen: 'Reopen',
    reopenNot: 'The situation has ended. A new report that brings it back reopens the alert.',
    silenceHour: 'Silence for 1 h',
    silenceReason: 'Silenced from the alert.',
    silences: (count: number, names: string) =>
      count === 0
        ? 'This alert. No webhook that you can see gets it now.'
        : `This alert, to ${count === 1 ? 'one webhook' : `${count} webhooks`}: ${names}.`,
    silenceAgain: 'Silence it once more to silence it as it is now.',
    silenceExtreme: 'Not for an extreme alert in one press.',
    silenced: (time: string) => `Silenced until ${time}.`,
    done: {
      acknowledgement: 'Acknowledged by you.',
      assignment: 'Assigned.',
      'give-back': 'Released: it is unassigned now.',
      response: 'Response recorded.',
      comment: 'Comment stored.',
      resolution: 'Resolved.',
      reopening: 'Reopened.'
    },
    giveBack: 'Release: unassigned',
    pending: 'Stored, but not decided yet. The outcome will appear here.',
    reasons: {
      'unknown-alert': 'There is no such alert.',
      'stale-revision': 'The alert had changed.',
      'alert-closed': 'The alert was resolved before.',
      invalid: 'Tocsin does not accept it.',
      'another-came-first': 'It was declared otherwise before.',
      'too-many-declared': 'Too many were declared already.'
    },
    cameFirst: (name: string, time: string | null) =>
      `${name} came first${time === null ? '' : `, at ${time}`}.`,
    conflict: (detail: string) =>
      `Not accepted: ${detail} What you typed is kept; the alert below is as it is now.`,
    unreachable:
      'Tocsin could not be reached. Whether it took effect is not known: wait until the page is live, and look. What you typed is kept.',
    notAllowed: 'Your key may read alerts, not act on them.',
    notOfThen: 'You are viewing an earlier version. Return to now to act.',
    backToNow: 'Return to now'
  },
  responses: {
    title: 'Responses',
    kind: 'What was done',
    choose: 'choose…',
    kinds: {
      warned: 'People were warned',
      moved: 'People were moved',
      sent: 'Somebody was sent',
      other: 'Something else was done',
      none: 'Decided not to act'
    },
    doneAt: 'Done at (UTC)',
    doneAtHint: 'empty: now',
    asItWas: 'empty: as it was',
    correct: 'Correct',
    corrects: (kind: string, time: string) => `Corrects: ${kind}, ${time}`,
    keep: 'Leave it as it is',
    withdraw: 'It was not done: withdraw it',
    whyWithdrawn: 'Why it is withdrawn (optional)',
    correctedFrom: 'corrected',
    text: 'In words (optional)',
    whyNot: 'Why nothing is done (needed)',
    nothing: 'nothing recorded',
    /** Of several the last. */
    last: (kind: string, time: string, count: number) =>
      `${kind}, ${time}${count === 1 ? '' : ` (the last of ${count})`}`,
    after: (age: string) => `${age} after it was raised`,
    before: (age: string) => `${age} before it was raised`,
    atOnce: 'as it was raised',
    recorded: (time: string) => `recorded ${time}`,
    someOfficer: 'an officer',
    more: (count: number) =>
      count === 1 ? 'One more is not listed here.' : `${count} more are not listed here.`,
    /** In a row, next to the owner. */
    short: {
      warned: 'warned',
      moved: 'people moved',
      sent: 'somebody sent',
      other: 'something done',
      none: 'decided not to act'
    },
    row: (holder: string, done: string) => `${holder} · ${done}`
  },

  holder: {
    nobody: 'unassigned',
    nobodyAlone: 'Unassigned',
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
  say: {
    raised: (severity: string, headline: string) => `New: ${severity}: ${headline}`,
    changed: (severity: string, headline: string) => `Changed: ${severity}: ${headline}`,
    many: (raised: number, changed: number, severity: string, headline: string) =>
      `${[...some(raised, 'new'), ...some(changed, 'changed')].join(', ')}. Gravest: ${severity}: ${headline}`
  }
} as const
