// Words of what opens by a press over the list: an alert, the wall, splits and merges of incidents.

import { capital, pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const rate = (perYear: number) =>
  `${perYear.toLocaleString('en', { maximumFractionDigits: 1 })} a year`

export const part = {
  alert: {
    label: 'The chosen alert',
    gone: 'You can no longer see this alert.',
    failed: 'The details could not be loaded. Trying again; the list shows what is known.',
    loading: 'Loading the details…',
    back: 'Back to the list',
    previous: 'Previous alert',
    next: 'Next alert',
    print: 'Print',

    sources: (count: number) => plural(count, 'independent source', 'independent sources'),
    sureOf: (status: string, sources: string) => `${status}: ${sources}`,
    revision: (number: number) => `Revision ${number}`,
    judged: (disposition: string, by: string, time: string) =>
      `Resolved ${time}${by === '' ? '' : ` by ${by}`}: ${disposition.toLowerCase()}`,
    ended: (status: string, time: string, reason: string) =>
      `${status} ${time}${reason === '' ? '' : `: ${reason}`}`.trimStart(),
    judgedTitle: (disposition: string) => `Judged: ${disposition.toLowerCase()}`,
    judgedBy: (by: string, time: string) => `${by}, ${time}.`,

    where: 'Where',
    within: (km: string) => `within ${km} km`,
    since: 'Since',
    lasted: (age: string) => `${age}, still open`,
    lastedUntil: (to: string) => `to ${to}`,
    deaths: 'Deaths',
    noFigure: (count: number) => `${plural(count, 'incident gives', 'incidents give')} no number`,
    notAcknowledged: 'not acknowledged',
    acknowledgedAfter: (by: string, age: string) => `acknowledged by ${by} ${age}`,
    paged: (count: number, since: string) =>
      `Paged ${count === 1 ? 'once, ' : `${count} times since `}${since}`,

    newSince: 'New since you looked',
    newIn: (revision: number) => `New in revision ${revision}`,
    revisions: (count: number) => plural(count, 'revision', 'revisions'),
    nothingNew: (time: string) => `Nothing new. The last change of content is from ${time}.`,
    asRaised: 'Nothing has changed since it was raised.',

    why: 'Why',
    whyRaised: 'it was raised',
    enough: (value: string, name: string, threshold: string) =>
      `${value} ${name}; ${threshold} ${threshold === '1' ? 'is' : 'are'} enough`,
    threshold: (value: string) => `Threshold ${value}`,
    usual: (value: string) => `Usual ${value}`,
    level: (value: string) => `Level ${value}`,
    earlierLevels: (count: number) => plural(count, 'earlier level', 'earlier levels'),
    reachedOn: (day: string) => `reached ${day}`,
    ends: (text: string) => `Ends: ${text}`,
    inFull: 'How the rule counts',
    falseAlarmsPerYear: (count: number) =>
      `As rare as this by chance ${
        count < 0.05
          ? 'less than once in 20 years'
          : count < 1
            ? `once in ${(1 / count).toLocaleString('en', { maximumSignificantDigits: 2 })} years`
            : `${count} times a year`
      } in this theatre.`,

    picture: {
      titles: {
        1: (where: string) => `Incidents a day in ${where}`,
        7: (where: string) => `Incidents a week in ${where}`,
        30: (where: string) => `Incidents in 30 days in ${where}`
      },
      spans: { 90: '90 days', 365: '1 year', 0: 'All' },
      span: 'Time shown',
      openArea: 'Open this area',
      until: (day: string) => `to ${day}`,
      none: 'No incident reported. That may be a lack of reports.',
      notAll: (count: number) => `the newest ${count.toLocaleString('en')} of the area`,
      unsure: 'Day unsure',
      levels: 'Levels',
      attacksIn: (days: number) => `attacks in ${days} days`,
      running: (name: string) => `${capital(name)}, as the rule counts`,
      described: (where: string, from: string, to: string, all: number, most: string) =>
        `${plural(all, 'incident', 'incidents')} in ${where} from ${from} to ${to}${most}.`,
      most: (count: number, day: string) => `, at most ${count} at once, on ${day}`,
      reached: (levels: string) => ` Levels: ${levels}.`,
      severities: (lanes: string) => ` Severity: ${lanes}.`,
      from: (what: string, day: string) => `${what} since ${day}`
    },

    people: 'People',
    onShift: 'On shift',
    nobodyOnShift: 'nobody',
    notified: 'Notified',
    seenBelow: { public: 'Public sees', partners: 'Partners see', internal: 'Internal sees' },
    evidenceBelow: (seen: number, all: number) =>
      seen === all ? 'all incidents' : `${seen} of ${plural(all, 'incident', 'incidents')}`,
    noAlertBelow: 'no alert',
    otherAlertBelow: (status: string) => `${status}, as another alert`,
    handling: 'Handling',

    story: 'Belongs to',
    parts: (count: number) => `${plural(count, 'part', 'parts')}`,
    ruleVersion: (version: number) => `version ${version}`,
    raisedAt: 'Raised',

    knownLost: 'The earlier version is no longer loaded. This is the alert as known now.',
    knownThen: (time: string) => `You are viewing the alert as known at ${time}.`,
    showThen: 'As known then',
    showThenOf: (revision: number) => `As known then: revision ${revision}`,
    onPaper: (handling: string, known: string) => `Handling: ${handling}. As known at ${known}.`,
    notKnownWhen: 'an unknown time'
  },
  onMap: {
    mark: 'Mark',
    knownThen: (named: number, total: number, at: string) =>
      `As known at ${at}: ${named === total ? plural(total, 'piece', 'pieces') : `${named} of ${plural(total, 'piece', 'pieces')}, those that were named`}. Each is described as it is known now.`,
    mayBe: (which: string) =>
      `May be the same event as: ${which}. The dead are counted once, in the highest estimate twice.`,
    notShown: (count: number) =>
      count === 1
        ? 'one that is not shown here'
        : `one of ${count.toLocaleString('en')} that are not shown here`,
    inCrowd:
      'Out of a crowd: with so many reports of one place and time, nobody can say which are of one incident. It may be one with others.',
    narrative: (source: string) => `Text of the report of ${source}`,
    shapes: {
      ring: 'Ring: the place under siege.',
      cluster: 'Dashed outline: the cluster of its events.'
    }
  },
  /** The incidents that an alert rests on, and their reports. */
  evidence: {
    title: 'Evidence',
    count: (count: number) => plural(count, 'incident', 'incidents'),
    shown: (count: number) => `newest ${count} shown`,
    sources: (count: number) => plural(count, 'source', 'sources'),
    trigger: 'trigger',
    support: 'supports only',
    withdrawn: 'withdrawn',
    isNew: 'new',
    incident: (id: string) => `Incident ${id}`,
    deaths: (words: string) => `deaths ${words}`,
    reportedAt: 'reported',
    credibility: (grade: number, meaning: string) => `credibility ${grade}, ${meaning}`,
    credibilities: [
      'confirmed',
      'probably true',
      'possibly true',
      'doubtful',
      'improbable',
      'cannot be judged'
    ],
    more: 'Reports and changes',
    all: (count: number) => `Show all ${count}`,
    omitted: (count: number) => `and ${count} more that are counted but not listed`,
    lost: (count: number) =>
      `${count} that are not known until the alert changes: the log has lost events of it`
  },
  incidentActs: {
    split: 'Split…',
    merge: 'Merge…',
    splitWhat: (what: string) => `Split: ${what}`,
    mergeWhat: (what: string) => `Merge: ${what}`,
    splitTitle: 'Split this incident',
    splitLead:
      'Choose the reports that are about another event. At least one stays. Alerts are worked out again at once.',
    leaving: 'Reports that leave',
    mergeTitle: 'Merge this incident with another',
    mergeLead:
      'Both become one event with the reports of both, and count once. Alerts are worked out again at once.',
    other: 'The other incident',
    choose: 'Choose one',
    noOther:
      'No other event of this alert can be the same one: two reports of one source are never one event.',
    note: 'Note',
    readers: 'Who may read your name and the note',
    declare: { split: 'Split', merge: 'Merge' },
    declareAfter: { split: 'Split nonetheless', merge: 'Merge nonetheless' },
    asking: 'Sending…',
    done: {
      split: 'Split. The alerts are being worked out again.',
      merge: 'Merged. The alerts are being worked out again.'
    },
    conflict: (detail: string) => `Not done: ${detail} Look at it again; what you typed is kept.`
  },
  told: {
    noneInReach: 'Not sent to any webhook you can see.',
    unnamed: 'a partner whose key is gone',
    states: {
      accepted: 'delivered',
      waiting: 'waiting',
      held: 'delayed',
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
    heldBySilence: 'Delayed by a silence until',
    madeBy: 'made by',
    heldUntold: 'Delayed. You may not see by what.',
    openSilence: 'Open the silence',
    silencedUntil: 'Silenced until',
    silencedFrom: 'Updates are delayed for:',
    silencedMore: (count: number) =>
      `${plural(count, 'more silence delays', 'more silences delay')} it: see all silences`,
    since: 'waiting since',
    reminded: (count: number) =>
      count === 1 ? 'reminded once, at' : `reminded ${plural(count, 'time', 'times')}, last at`,
    newestReminder: (state: string) => {
      if (state === 'pending') return ' (not delivered yet)'
      return state === 'given-up' || state === 'gone' ? ' (not delivered)' : ''
    },
    deliveryStates: {
      pending: 'waiting',
      delivered: 'delivered',
      parked: 'set aside',
      superseded: 'skipped: a later state went instead',
      expired: 'skipped: the alert began and ended during an outage',
      lapsed: 'lapsed: not delivered in time; the feed has it',
      'left-out': 'left out: the filter no longer wants it',
      muted: 'never sent by its policy'
    } as Readonly<Record<string, string>>,
    holds: {
      silenced: 'a silence is over it',
      'off-watch': 'the current shift does not name it',
      answered: 'somebody has the alert',
      'pages-nobody': 'it pages nobody, so nobody need answer it',
      'earlier-line': 'it is a later step: the earlier ones have time to answer',
      'quiet-hours': 'these are its quiet hours',
      'told-in-story': 'another alert of its story was sent',
      'group-wait': 'it waits for others of its story',
      'update-interval': 'the alert was sent a short while ago',
      'below-minimum': 'it is below the least severity'
    } as Readonly<Record<string, string>>,
    heldUntil: (reason: string, time: string) => `Delayed until ${time}: ${reason}.`,
    heldOpen: (reason: string) => `Delayed until that changes: ${reason}.`,
    mutes: {
      'ended-unheard': 'it began and ended before it was due',
      'endings-unwanted': 'its end, which is not wanted',
      'action-refused': 'a refused action, which is not sent to anyone with a policy'
    } as Readonly<Record<string, string>>,
    toldInstead: 'Open the alert that was sent',
    notRepeated: 'No reminder.',
    contact: 'Call:',
    partnersHaveIt: 'Partners',
    answeredEarlier: (count: number) => `${count} more said so before`
  },
  judged: {
    title: 'False alarms as judged',
    none: 'no alert of the last year',
    noneJudged: (raised: number, since: string) =>
      `${plural(raised, 'alert', 'alerts')} since ${since}, none judged yet`,
    judged: (count: number, judged: number, raised: number, since: string) =>
      `${count} of ${judged} judged ${count === 1 ? 'was a false alarm' : 'were false alarms'} (${raised.toLocaleString('en')} raised since ${since})`,
    tooLittle: 'too little was judged to say how often',
    rate,
    atLeast: (perYear: number) => `at least ${rate(perYear)}`,
    expected: (perYear: number) => `expected ${rate(perYear)}`,
    inTheatre: (theatre: string, said: string) => `${theatre}: ${said}`
  },
  wall: {
    unacknowledged: 'unacknowledged',
    longest: (age: string) => `longest ${age}`,
    none: 'all have an owner',
    extreme: 'extreme',
    unassigned: (n: number) => `${n.toLocaleString('en')} unassigned`,
    fresh: 'new in',
    inADay: '24 hours',
    changes: 'Last changes',
    became: (what: string) => `${capital(what)}: `,
    isNew: 'new',
    graver: (before: string, after: string) => `${capital(before)} → ${capital(after)}: `,
    live: '● Live',
    notLive: '○ Not live',
    silent: (n: number, all: number) => `${n} of ${all} sources silent`
  }
}
