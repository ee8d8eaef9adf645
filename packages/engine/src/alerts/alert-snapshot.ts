// Alerts as plain data, for a snapshot.

import type { Finding } from '../rules/finding.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { Alert } from './alert.ts'

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
