// The configuration as people see it: printed at start with secrets masked, and as the text of .env.example. Pure.

import type { LoadedConfig } from './config.ts'
import { namedSettings, type Setting, type Settings } from './settings.ts'

/** One line per setting: key, value and where it came from. */
export function describeConfig(loaded: LoadedConfig<Settings>): string {
  const named = namedSettings(loaded.settings)
  const width = Math.max(...named.map(n => n.key.length))
  return named
    .map(n => `${n.key.padEnd(width)}  ${shown(n.setting, valueAt(loaded.values, n.path))}  (${loaded.origins.get(n.key)})`)
    .join('\n')
}

/** Values by key as they may stand in a log line. */
export function maskedConfig(loaded: LoadedConfig<Settings>): Readonly<Record<string, string>> {
  return Object.fromEntries(namedSettings(loaded.settings).map(n => [n.key, shown(n.setting, valueAt(loaded.values, n.path))]))
}

/** The text of .env.example: every setting with its meaning and default, commented out. */
export function envExample(settings: Settings): string {
  const head =
    '# Every setting as the environment names it, with its default. Made from the settings themselves; a test holds it to them.\n'
  const entries = namedSettings(settings).map(({ env, setting }) => `# ${setting.doc}\n# ${env}=${envValue(setting)}`)
  return `${head}\n${entries.join('\n\n')}\n`
}

function envValue({ default: value }: Setting<unknown>): string {
  if (value === null) return ''
  return Array.isArray(value) ? value.join(',') : String(value)
}

function shown(setting: Setting<unknown>, value: unknown): string {
  if (value === null) return 'none'
  if (setting.secret) return '***'
  return (Array.isArray(value) ? value.join(', ') : String(value)) || 'none'
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], tree)
}
