// Where a log is, as commands name it: `embedded:DIR`, or `kafka:HOST:PORT,…/PREFIX`. How it is reached beyond that (TLS, SASL) is a matter of settings.

import { UsageError } from './output.ts'

export type LogLocation =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly prefix: string }

/** Reads a location. Throws UsageError that says how one looks. */
export function parseLogLocation(text: string): LogLocation {
  const at = text.indexOf(':')
  const [kind, rest] = [text.slice(0, at), text.slice(at + 1)]
  if (kind === 'embedded' && rest !== '') return { kind, dataDir: rest }
  if (kind === 'kafka') {
    const [list = '', prefix = '', ...more] = rest.split('/')
    const brokers = list.split(',').filter(broker => broker !== '')
    if (
      brokers.length > 0 &&
      more.length === 0 &&
      brokers.every(broker => /^[^\s:]+:\d{1,5}$|^\[[^\s\]]+\]:\d{1,5}$/.test(broker))
    )
      return { kind, brokers, prefix }
  }
  throw new UsageError(`a log is named embedded:DIR or kafka:HOST:PORT[,HOST:PORT][/PREFIX], not "${text}"`)
}

export function locationText(location: LogLocation): string {
  if (location.kind === 'embedded') return `embedded:${location.dataDir}`
  return `kafka:${location.brokers.join(',')}${location.prefix === '' ? '' : `/${location.prefix}`}`
}
