// An event that is being made.

import type { AlertChange } from '@tocsin/contracts/record/alert-event-v3'

type Members = { -readonly [K in keyof AlertChange]-?: AlertChange[K] | undefined }

/** It has all members from the start, so that its shape is always the same. */
export class ChangeDraft implements Members {
  action: Members['action']
  added: Members['added']
  readonly alertId: string
  baseline: Members['baseline']
  certainty: Members['certainty']
  drill: Members['drill']
  facts: Members['facts']
  fold: Members['fold']
  from: Members['from']
  group: Members['group']
  handling: Members['handling']
  levels: Members['levels']
  notify: Members['notify']
  operator: Members['operator']
  operatorRevision: Members['operatorRevision']
  pattern: Members['pattern']
  reason: Members['reason']
  references: Members['references']
  removed: Members['removed']
  readonly revision: number
  ruleId: Members['ruleId']
  ruleVersion: Members['ruleVersion']
  seq: Members['seq']
  severity: Members['severity']
  status: Members['status']
  threshold: Members['threshold']
  to: Members['to']
  value: Members['value']

  constructor(alertId: string, revision: number) {
    this.alertId = alertId
    this.revision = revision
  }

  /** True if it has more than the number of an update. */
  hasContent(): boolean {
    for (const name in this)
      if (name !== 'alertId' && name !== 'revision' && this[name] !== undefined) return true
    return false
  }
}
