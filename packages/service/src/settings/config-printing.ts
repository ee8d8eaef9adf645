// The configuration as text for people: printed at start with secrets masked, and as .env.example.
// Pure.

import type { LoadedConfig } from './config.ts'
import { namedSettings, type Setting, type Settings, valueAt } from './settings.ts'

/** Values by key for a log line, secrets masked. */
export function maskedConfig(loaded: LoadedConfig<Settings>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    namedSettings(loaded.settings).map(n => [
      n.key,
      shown(n.setting, valueAt(loaded.values, n.path))
    ])
  )
}

/** The text of .env.example: every setting with its meaning and default, commented out. */
export function envExample(settings: Settings): string {
  const head =
    '# Every setting by its environment variable, with its default. Generated from the settings; a test compares the two.\n'
  const entries = namedSettings(settings).map(
    ({ env, setting }) => `# ${setting.doc}\n# ${env}=${envValue(setting)}`
  )
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
