// One value of one setting: parsed from text, and checked against the setting's schema. Pure.

import { BlockList, isIP } from 'node:net'
import { Ajv, type ErrorObject } from 'ajv'
import type { Setting } from './settings.ts'

/**
 * Converts text from the environment or a flag to the type of a setting. Text that cannot be
 * converted is returned unchanged.
 */
export function readText(setting: Setting<unknown>, text: string): unknown {
  switch (setting.kind) {
    case 'list':
      return text
        .split(',')
        .map(item => item.trim())
        .filter(item => item !== '')
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'integer':
      return /^-?[0-9]+$/.test(text) ? Number(text) : text
    case 'text':
      return text
    default:
      return setting.kind satisfies never
  }
}

const ajv = new Ajv({ allErrors: false, validateSchema: false })
ajv.addFormat('cidr', isCidr)

/**
 * What is wrong with a value, with the meaning of the setting; null if it is valid. Quotes the
 * value, unless the setting is secret.
 */
export function findFault(setting: Setting<unknown>, value: unknown): string | null {
  const validate = ajv.compile(setting.schema)
  if (validate(value)) return null
  const error = validate.errors?.[0]
  if (error === undefined) return null
  const index = error.instancePath === '' ? null : Number(error.instancePath.slice(1))
  const shown = setting.secret
    ? ''
    : `${oneLine(index === null ? value : (value as readonly unknown[])[index])} `
  const example = setting.example === undefined ? '' : `, such as ${setting.example}`
  return `${index === null ? '' : `item ${index + 1} `}${shown}${describeReason(error)}${example} (${setting.doc})`
}

/** A value for a message: on one line and of limited length. */
function oneLine(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`
}
const shownMax = 100

function describeReason({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'format' && params.format === 'cidr')
    return 'must be a network in CIDR, such as 10.0.0.0/8'
  if (keyword === 'pattern') return 'does not have the right form'
  if (keyword === 'enum')
    return `must be one of ${(params.allowedValues as readonly string[]).join(', ')}`
  return message ?? 'is invalid'
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0 || !/^[0-9]{1,3}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}
