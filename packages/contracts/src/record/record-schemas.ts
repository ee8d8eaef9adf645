// Which schema validates the data of which record, compiled on first use. The schemas are in schemas/; a released one only grows
// by optional members (schemas/released.json): a breaking change is a new file and a new major version of the event.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import actionRefused from '../schemas/alert.action-refused.v1.schema.json' with { type: 'json' }
import alert from '../schemas/alert.v1.schema.json' with { type: 'json' }
import clockSet from '../schemas/clock.set.v1.schema.json' with { type: 'json' }
import clockTicked from '../schemas/clock.ticked.v1.schema.json' with { type: 'json' }
import copyBegun from '../schemas/copy.begun.v1.schema.json' with { type: 'json' }
import dataKeyCreated from '../schemas/data-key.created.v1.schema.json' with { type: 'json' }
import definitions from '../schemas/definitions.v1.schema.json' with { type: 'json' }
import engineChanged from '../schemas/engine.changed.v1.schema.json' with { type: 'json' }
import incident from '../schemas/incident.v1.schema.json' with { type: 'json' }
import keyCreated from '../schemas/key.created.v1.schema.json' with { type: 'json' }
import keyRevoked from '../schemas/key.revoked.v1.schema.json' with { type: 'json' }
import keyRotated from '../schemas/key.rotated.v1.schema.json' with { type: 'json' }
import keysUsed from '../schemas/keys.used.v1.schema.json' with { type: 'json' }
import logCopied from '../schemas/log.copied.v1.schema.json' with { type: 'json' }
import operatorRequested from '../schemas/operator.requested.v1.schema.json' with { type: 'json' }
import pairDeclared from '../schemas/pair.declared.v1.schema.json' with { type: 'json' }
import quarantineSettled from '../schemas/quarantine.settled.v1.schema.json' with { type: 'json' }
import recordQuarantined from '../schemas/record.quarantined.v1.schema.json' with { type: 'json' }
import erasureRequested from '../schemas/report.erasure-requested.v1.schema.json' with { type: 'json' }
import reportReceived from '../schemas/report.received.v1.schema.json' with { type: 'json' }
import reportWithdrawn from '../schemas/report.withdrawn.v1.schema.json' with { type: 'json' }
import ruleDeclared from '../schemas/rule.declared.v1.schema.json' with { type: 'json' }
import rule from '../schemas/rule.v1.schema.json' with { type: 'json' }
import ruleWithdrawn from '../schemas/rule.withdrawn.v1.schema.json' with { type: 'json' }
import ruleRemoved from '../schemas/rule-removed.v1.schema.json' with { type: 'json' }
import sessionEnded from '../schemas/session.ended.v1.schema.json' with { type: 'json' }
import sourceDeclared from '../schemas/source.declared.v1.schema.json' with { type: 'json' }
import source from '../schemas/source.v1.schema.json' with { type: 'json' }
import subscriptionDeleted from '../schemas/subscription.deleted.v1.schema.json' with { type: 'json' }
import subscription from '../schemas/subscription.v1.schema.json' with { type: 'json' }
import suiteBegun from '../schemas/suite.begun.v1.schema.json' with { type: 'json' }
import tickRequested from '../schemas/theatre.tick-requested.v1.schema.json' with { type: 'json' }
import timeSet from '../schemas/theatre.time-set.v1.schema.json' with { type: 'json' }
import theatre from '../schemas/theatre.v1.schema.json' with { type: 'json' }

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false })
ajv.addSchema(definitions)

export type RecordFamily = 'theatre' | 'control' | 'alert' | 'incident' | 'data-key' | 'quarantine'

export interface RecordSchema {
  readonly family: RecordFamily
  /** True if the data fits the schema, which is compiled on first use: a process reads few of them. */
  readonly validate: (data: unknown) => boolean
  /** The schema's file, relative to schemas/. */
  readonly file: string
}

function entry(family: RecordFamily, schema: { $id: string }): RecordSchema {
  let fits: ValidateFunction | null = null
  return {
    family,
    validate: data => {
      fits ??= ajv.getSchema(schema.$id) ?? ajv.compile(schema)
      return fits(data)
    },
    file: schema.$id
  }
}

/** By event name, without `tocsin.` and `.v1`. */
export const recordSchemas: ReadonlyMap<string, RecordSchema> = new Map<string, RecordSchema>([
  ['theatre.configured', entry('theatre', theatre)],
  ['source.configured', entry('theatre', source)],
  ['rule.configured', entry('theatre', rule)],
  ['rule.removed', entry('theatre', ruleRemoved)],
  ['engine.changed', entry('theatre', engineChanged)],
  ['clock.ticked', entry('theatre', clockTicked)],
  ['clock.set', entry('theatre', clockSet)],
  ['report.received', entry('theatre', reportReceived)],
  ['report.withdrawn', entry('theatre', reportWithdrawn)],
  ['operator.requested', entry('theatre', operatorRequested)],
  ['pair.declared', entry('theatre', pairDeclared)],
  ['theatre.declared', entry('control', theatre)],
  ['theatre.tick-requested', entry('control', tickRequested)],
  ['theatre.time-set', entry('control', timeSet)],
  ['source.declared', entry('control', sourceDeclared)],
  ['rule.declared', entry('control', ruleDeclared)],
  ['rule.withdrawn', entry('control', ruleWithdrawn)],
  ['key.created', entry('control', keyCreated)],
  ['key.rotated', entry('control', keyRotated)],
  ['key.revoked', entry('control', keyRevoked)],
  ['keys.used', entry('control', keysUsed)],
  ['report.erasure-requested', entry('control', erasureRequested)],
  ['session.ended', entry('control', sessionEnded)],
  ['subscription.created', entry('control', subscription)],
  ['subscription.updated', entry('control', subscription)],
  ['subscription.deleted', entry('control', subscriptionDeleted)],
  ['suite.begun', entry('control', suiteBegun)],
  ['copy.begun', entry('control', copyBegun)],
  ['log.copied', entry('control', logCopied)],
  ...(['retracted', 'resolved', 'reopened', 'escalated', 'confirmed', 'revised', 'raised'] as const).map(
    name => [`alert.${name}`, entry('alert', alert)] as const
  ),
  ...(['acknowledged', 'acknowledgement-lapsed', 'assigned', 'commented'] as const).map(
    name => [`alert.${name}`, entry('alert', alert)] as const
  ),
  ['alert.action-refused', entry('alert', actionRefused)],
  ...(['assembled', 'revised', 'merged', 'split', 'withdrawn'] as const).map(
    name => [`incident.${name}`, entry('incident', incident)] as const
  ),
  ['data-key.created', entry('data-key', dataKeyCreated)],
  ['record.quarantined', entry('quarantine', recordQuarantined)],
  ['quarantine.settled', entry('quarantine', quarantineSettled)]
])
