// Scenario files on disk: `<name>.ndjson`, with an optional `<name>.setup.json`.

import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createWholeEarthSetup,
  parseScenario,
  parseSetup,
  ScenarioError,
  type ScenarioLine,
  type ScenarioSetup
} from './scenario.ts'

/** The demonstration that `npm start` plays. */
export const demonstrationFile = fileURLToPath(
  new URL('../../scenarios/sahel.ndjson', import.meta.url)
)

export interface ScenarioFile {
  readonly lines: readonly ScenarioLine[]
  readonly setup: ScenarioSetup
}

/** Reads a scenario and its setup. Throws ScenarioError if one can't be read or is invalid. */
export function readScenarioFile(file: string): ScenarioFile {
  const lines = parseScenario(readText(file))
  const setupFile = file.replace(/(\.ndjson)?$/, '.setup.json')
  const setup = existsSync(setupFile)
    ? parseSetup(readText(setupFile))
    : createWholeEarthSetup(deriveTheatreName(file))
  return { lines, setup }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ScenarioError(`${file} cannot be read`, { cause })
  }
}

/** A theatre's id from a file's name: lower case, digits and hyphens. */
function deriveTheatreName(file: string): string {
  const name = basename(file, '.ndjson')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'scenario' : name.slice(0, 64)
}
