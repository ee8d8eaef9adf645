// An alert: what was published of a finding, and what officers did about it.

import { type AlertOperator, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import { never } from '../data/time.ts'
import type { AlertLink, Facts, Finding, Group } from '../rules/finding.ts'
import type { RuleBase } from '../rules/rule-base.ts'

export type Status = 'provisional' | 'confirmed' | 'resolved' | 'retracted'
export type Certainty = 'observed' | 'likely' | 'possible' | 'unlikely'

/** What the rule pack sets for the alerts of a rule. */
export interface RuleSettings {
  readonly version: number
  /** Severity of levels 1, 2, …; the last is that of all further levels. */
  readonly severities: readonly Severity[]
  /** The lowest severity that pages people. */
  readonly pagesFrom: Severity
  /** Its alerts describe: nobody is notified of them. */
  readonly isQuiet: boolean
}

/** Who changed the operator state last. */
export interface LastActor {
  readonly by: string
  readonly byId?: string
  readonly handling?: AlertOperator['acknowledgedHandling']
  readonly at: string
}

const noNames: readonly string[] = []
const noFindings: readonly Finding[] = []

export class Alert implements AlertLink {
  readonly id: string
  readonly seq: number
  /** That of its finding: a rule version may replace it. */
  rule: RuleBase
  readonly isDrill: boolean
  group: Group
  /** Its rule and group as one text. */
  scope: string
  /** Null after retraction. */
  finding: Finding | null
  /** Findings of the same scope that ended before `finding`, the latest last. */
  earlier: readonly Finding[] = noFindings
  revision = 0
  /** An event had all members of its state. */
  isIntroduced = false
  operatorRevision = 1
  status: Status = 'provisional'
  /** As published. */
  ruleVersion = 0
  level = 0
  levelDays: readonly number[] = []
  severity: Severity = 'moderate'
  certainty: Certainty = 'possible'
  startDay = 0
  endDay = never
  value = 0
  threshold = 0
  baseline: number | null = null
  facts: Facts = {}
  /** Rows as published, ascending. */
  triggers: number[] = []
  /** Rank of the strictest handling of the triggers. */
  handling = 0
  /** Day on which it was last compared with its finding. */
  comparedDay = 0
  /** What of its finding is not published yet: see `DeferredGrowth`. */
  growth = 0
  /** True once an update was not quiet. */
  isTold = false
  operator: AlertOperator = untouchedOperator
  lastActor: LastActor | null = null
  /** When and at which level an officer closed the alert, in the theatre's time; 0 if none did. */
  closedMs = 0
  closedLevel = 0
  /** The alert that took its finding over: named when it is retracted. */
  mergedInto: string | null = null
  /** Alerts that this one took over since its last update. */
  absorbed: readonly string[] = noNames

  constructor(
    id: string,
    seq: number,
    finding: Pick<Finding, 'rule' | 'group' | 'isDrill'>,
    scope = formatScope(finding)
  ) {
    this.id = id
    this.seq = seq
    this.rule = finding.rule
    this.group = finding.group
    this.isDrill = finding.isDrill
    this.scope = scope
    this.finding = null
  }

  link(finding: Finding): void {
    this.finding = finding
    this.rule = finding.rule
    finding.alert = this
  }

  removeEarlier(finding: Finding): void {
    this.earlier = this.earlier.filter(other => other !== finding)
  }

  get isClosed(): boolean {
    return this.closedMs > 0
  }

  get isOpen(): boolean {
    return this.status === 'provisional' || this.status === 'confirmed'
  }
}

/** The alert of a finding. Only the alert book writes `finding.alert`, so it is an `Alert`. */
export function getAlert(finding: Finding): Alert | null {
  return finding.alert as Alert | null
}

/** True for versions of a rule: of another pattern it is another rule. */
export function isSameRule(a: RuleBase, b: RuleBase): boolean {
  return a.id === b.id && a.pattern === b.pattern
}

/** The day that the watermark must reach before an open finding is complete: that of its entry. */
export function getConfirmDay({ startDay, levelDays }: Alert): number {
  return levelDays[0] ?? startDay
}

export function computeStatus(alert: Alert, watermark: number): Status {
  if (alert.endDay !== never || alert.isClosed) return 'resolved'
  return watermark >= getConfirmDay(alert) ? 'confirmed' : 'provisional'
}

export function pickSeverity(severities: readonly Severity[], level: number): Severity {
  return severities[Math.min(level, severities.length) - 1] ?? 'moderate'
}

/** Rule and group of a finding as one text, in any order of the group's names. Drills are separate. */
export function formatScope({
  rule,
  group,
  isDrill
}: Pick<Finding, 'rule' | 'group' | 'isDrill'>): string {
  let text = `[${JSON.stringify(rule.id)},${isDrill}`
  for (const name of Object.keys(group).sort())
    text += `,[${JSON.stringify(name)},${JSON.stringify(group[name])}]`
  return `${text}]`
}

type Links = 'rule' | 'finding' | 'earlier'

/** The fields of an alert without its rule and findings; a snapshot finds those by keys of its own. */
export type AlertFields = {
  readonly [K in keyof Alert as Alert[K] extends (...args: never[]) => unknown
    ? never
    : K extends Links | 'isClosed' | 'isOpen'
      ? never
      : K]: Alert[K]
}

export function exportAlert(alert: Alert): AlertFields {
  const { rule: _, finding: _finding, earlier: _earlier, ...fields } = alert
  return fields
}

/** `earlier`: further findings that have the alert, the latest last. */
export function restoreAlert(
  fields: AlertFields,
  rule: RuleBase,
  finding: Finding | null,
  earlier: readonly Finding[] = []
): Alert {
  const alert = new Alert(fields.id, fields.seq, { ...fields, rule })
  Object.assign(alert, fields, { finding, earlier, triggers: [...fields.triggers] })
  return alert
}
