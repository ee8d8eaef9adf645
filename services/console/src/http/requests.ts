// What the console asks the suite for.

import type {
  AlertToldList,
  Caller,
  Delivery,
  ImportKinds,
  ImportTried,
  NearMisses,
  OpenedReport,
  Readiness,
  ReportAccepted,
  Rule,
  RulePreview,
  RuleVersion,
  SavedView,
  ShiftReport,
  Silence,
  Source,
  Subscription,
  SubscriptionHealth,
  SubscriptionMade,
  TestOutcome,
  Theatre,
  UnassignedReports,
  Watch
} from '../shown/answers.ts'
import type { AlertDetail, ShownAlert, ShownEvidence, ShownIncident } from '../shown/shown-alert.ts'
import type { CodeNames } from '../words/code-names.ts'
import { type Answer, ask, postOnce } from './answers.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** All pages as one list. A refusal is the answer: half a list looks like a whole one. */
export async function wholeList<T>(
  page: (cursor: string | null) => Promise<Answer<Page<T>>>,
  pagesMax = Number.POSITIVE_INFINITY
): Promise<Answer<Page<T>>> {
  const items: T[] = []
  let cursor: string | null = null
  for (let pages = 1; ; pages += 1) {
    const answer: Answer<Page<T>> = await page(cursor)
    if (answer.kind !== 'ok') return answer
    items.push(...answer.body.items)
    cursor = answer.body.next
    if (cursor === null || pages >= pagesMax) return { ...answer, body: { items, next: cursor } }
  }
}

/** `/v1/alerts/a1/evidence?limit=100`: without the members that are null or empty. */
function pathTo(
  [list, ...names]: readonly string[],
  query: Readonly<Record<string, string | number | null>> = {}
): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== '')
  // Lists stay readable: a comma means the same either way.
  const asked = given.map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`
  )
  const path = ['/v1', list, ...names.map(encodeURIComponent)].join('/')
  return asked.length === 0 ? path : `${path}?${asked.join('&')}`
}

/** `version`: the one that was seen; null: whatever there is. */
function ifMatch(version: number | null): Readonly<Record<string, string>> {
  return version === null ? {} : { 'if-match': `"${version}"` }
}

const get = <T>(...path: Parameters<typeof pathTo>) => ask<T>(pathTo(...path))
const remove = (path: readonly string[], version: number | null = null) =>
  ask<null>(pathTo(path), { method: 'DELETE', headers: ifMatch(version) })
const patch = <T>(path: readonly string[], body: object, version: number | null = null) =>
  ask<T>(pathTo(path), { method: 'PATCH', body, headers: ifMatch(version) })

const revisionsMax = 1_000
const pageMax = 500
const pageSize = 50

export const suite = {
  me: () => get<Caller>(['me']),
  signIn: (key: string) =>
    ask<Caller>('/v1/sessions', { method: 'POST', headers: { authorization: `Bearer ${key}` } }),
  signInWays: () => ask<{ readonly identityProvider: string | null }>('/sign-in/ways'),
  renewSession: () =>
    ask<{ readonly expiresAt: string }>('/sign-in/identity/renewal', { method: 'POST' }),
  signOut: () => ask<null>('/sign-out', { method: 'POST' }),
  names: (language: string) => ask<CodeNames>(`/names.json?language=${language}`),
  theatres: () => get<Page<Theatre>>(['theatres']),
  sources: () => get<Page<Source>>(['sources']),
  /** `find`: words of the headline; empty: all. */
  closed: (find: string) =>
    get<Page<ShownAlert>>(['alerts'], { status: 'retracted,resolved', limit: pageMax, find }),
  shiftReport: (since: string) => get<ShiftReport>(['shift-report'], { since }),
  /** The last known state, while the link is not live. */
  lastKnown: () =>
    get<Page<ShownAlert>>(['alerts'], { status: 'provisional,confirmed', limit: pageMax }),
  parents: () =>
    get<{ readonly items: readonly { readonly alertId: string; readonly partOf: string }[] }>([
      'alerts',
      'parents'
    ]),
  alert: (id: string) => get<AlertDetail>(['alerts', id], { revisions: revisionsMax }),
  evidence: (id: string, cursor: string | null) =>
    get<Page<ShownEvidence>>(['alerts', id, 'evidence'], { limit: 100, cursor }),
  /** Those that changed last. */
  incidents: (query: string) => ask<Page<ShownIncident>>(`/v1/incidents?${query}`),
  /** `after`: the revision of another officer's declaration that was seen. */
  declare: (incidentId: string, kind: 'split' | 'merge', body: object, after: number | null) =>
    postOnce<unknown>(pathTo(['incidents', incidentId, kind]), body, ifMatch(after)),
  /** `what`: what was typed; the body has times that were reckoned from it. */
  act: (id: string, act: string, operatorRevision: number, body: object, what: string) =>
    postOnce<ShownAlert>(pathTo(['alerts', id, act]), body, ifMatch(operatorRevision), what)
}

export async function readiness(): Promise<Answer<Readiness>> {
  try {
    // Not ready is 503, with the same body.
    const response = await fetch('/readyz', { signal: AbortSignal.timeout(5_000) })
    return { kind: 'ok', status: response.status, body: (await response.json()) as Readiness }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** A file of ten thousand rows is judged in seconds; backfill waits while the rules are behind, ms. */
const importMs = 120_000

/** Packed where that makes it smaller: the suite unpacks it by its first bytes. */
async function packed(file: Blob): Promise<Blob> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  // gzip, zstd, and the archive that a workbook is.
  if ([0x1f8b, 0x28b5, 0x504b].includes((first ?? 0) * 256 + (second ?? 0))) return file
  return new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob()
}

export const imports = {
  kinds: () => get<ImportKinds>(['imports']),
  /** Null: the file cannot be read: it was changed, moved or deleted since it was chosen. */
  tryFile: async (file: Blob, query: Readonly<Record<string, string>>) => {
    const body = await packed(file).catch(() => null)
    if (body === null) return null
    return ask<ImportTried>(pathTo(['imports', 'dry-run'], query), {
      method: 'POST',
      content: { type: 'application/octet-stream', body },
      withinMs: importMs
    })
  },
  /** Withdrawing a report again has no effect. */
  withdraw: ({ reportId, reason }: ImportTried['toWithdraw'][number]) =>
    ask<unknown>(pathTo(['reports', reportId], { lane: 'backfill' }), {
      method: 'DELETE',
      body: { reason },
      withinMs: importMs
    }),
  /** Sending them again has no effect. */
  send: (reports: readonly object[]) =>
    ask<readonly unknown[]>('/v1/reports?lane=backfill', {
      method: 'POST',
      content: {
        type: 'application/x-ndjson',
        body: new Blob(reports.map(report => `${JSON.stringify(report)}\n`))
      },
      read: text => text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)])),
      withinMs: importMs
    })
}

export const reports = {
  post: (body: object) => ask<ReportAccepted>('/v1/reports', { method: 'POST', body }),
  correct: (id: string, body: object) =>
    ask<ReportAccepted>(pathTo(['reports', id]), { method: 'PUT', body }),
  /** A withdrawal is final. */
  withdraw: (id: string, reason: string) =>
    ask<ReportAccepted>(pathTo(['reports', id]), { method: 'DELETE', body: { reason } }),
  read: (id: string) => get<OpenedReport>(['reports', id]),
  /** The newest reports in no theatre. */
  unassigned: (limit: number) =>
    get<UnassignedReports>(['reports'], { theatre: '_unassigned', limit })
}

/** All retained reports are folded again, ms. */
const previewMs = 180_000

const preview = (body: object, signal: AbortSignal) =>
  ask<RulePreview>('/v1/rules/preview', { method: 'POST', body, withinMs: previewMs, signal })

export const rules = {
  list: () => get<Page<Rule>>(['rules']),
  /** `signal` ends it in the suite too. */
  preview: (rule: object, signal: AbortSignal) => preview({ rules: [rule] }, signal),
  /** What the rule alone would have raised over all that is retained. */
  backtest: (rule: object, signal: AbortSignal) =>
    preview({ rules: [rule], against: 'nothing' }, signal),
  /** For who may not see everything the suite folds anew what they may see. */
  near: (id: string) => ask<NearMisses>(pathTo(['rules', id, 'near']), { withinMs: previewMs }),
  versions: (id: string) => get<Page<RuleVersion>>(['rules', id, 'versions']),
  /** `version`: the one that was seen; null for a new rule. */
  put: (id: string, body: object, version: number | null) =>
    ask<Rule>(pathTo(['rules', id]), { method: 'PUT', body, headers: ifMatch(version) }),
  delete: (id: string, version: number) => remove(['rules', id], version)
}

export const silences = {
  list: (standing: 'standing' | 'over', cursor: string | null) =>
    get<Page<Silence>>(['silences'], { standing, limit: pageSize, cursor }),
  one: (id: string) => get<Silence>(['silences', id]),
  /** `seen`: the `operatorRevision` of its alert; null: without one, or whatever it has become. */
  create: (body: object, seen: number | null = null) =>
    postOnce<Silence>('/v1/silences', body, ifMatch(seen)),
  end: (id: string) => remove(['silences', id])
}

export const views = {
  list: () => get<Page<SavedView>>(['views']),
  save: (body: object) => postOnce<SavedView>('/v1/views', body),
  change: (id: string, body: object) => patch<SavedView>(['views', id], body),
  delete: (id: string) => remove(['views', id])
}

export const watches = {
  /** By name: pages come in no useful order. */
  list: async (): Promise<Answer<Page<Watch>>> => {
    const answer = await wholeList(cursor => get<Page<Watch>>(['watches'], { cursor }))
    if (answer.kind !== 'ok') return answer
    const items = answer.body.items.toSorted((a, b) => a.name.localeCompare(b.name))
    return { ...answer, body: { items, next: null } }
  },
  create: (body: object) => postOnce<Watch>('/v1/watches', body),
  change: (id: string, body: object) => patch<Watch>(['watches', id], body),
  handOver: (id: string, body: object) =>
    postOnce<Watch>(pathTo(['watches', id, 'hand-over']), body),
  withdraw: (id: string, version: number) => remove(['watches', id], version)
}

export type ReplayAsk = { readonly ids: readonly string[] } | { readonly failed: true }

export const webhooks = {
  list: () => get<Page<Subscription>>(['subscriptions']),
  create: (body: object) => postOnce<SubscriptionMade>('/v1/subscriptions', body),
  change: (id: string, body: object, version: number | null = null) =>
    patch<Subscription>(['subscriptions', id], body, version),
  remove: (id: string) => remove(['subscriptions', id]),
  health: (id: string) => get<SubscriptionHealth>(['subscriptions', id, 'health']),
  rotate: (id: string, overlapHours: number) =>
    postOnce<SubscriptionMade>(pathTo(['subscriptions', id, 'rotation']), { overlapHours }),
  test: (id: string) => ask<TestOutcome>(pathTo(['subscriptions', id, 'test']), { method: 'POST' }),
  replay: (id: string, body: ReplayAsk) =>
    ask<{ readonly replayed: number }>(pathTo(['subscriptions', id, 'replay']), {
      method: 'POST',
      body
    }),
  deliveries: (id: string, cursor: string | null) =>
    get<Page<Delivery>>(['subscriptions', id, 'deliveries'], { limit: pageSize, cursor }),
  delivery: (id: string, sequence: number) =>
    get<Page<Delivery>>(['subscriptions', id, 'deliveries'], { sequence }),
  /** Who was notified of an alert, and why others were not, as visible to officers. */
  toldToOfficers: (alertId: string) => get<AlertToldList>(['alerts', alertId, 'told'])
}
