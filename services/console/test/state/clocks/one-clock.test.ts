// What is shown as a time, compared with one of the suite, or sent, goes by the suite's clock. The
// clock of this machine, which may be wrong by hours, is looked at in one place.

import { expect, it } from 'vitest'

const files = import.meta.glob('../../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true
})
const sources = Object.entries(files).map(
  ([path, text]) => [path.replace('../../../src/', ''), String(text)] as const
)
const withWord = (word: RegExp) =>
  sources.flatMap(([path, text]) => (word.test(text) ? [path] : [])).sort()

it('looks at the clock of the machine in one place', () => {
  expect(withWord(/\bDate\.now\b|\bnew Date\(\)|\bDate\(\)/)).toEqual(['http/page-time.ts'])
})

/**
 * Each measures how long something takes here, and shows ages alone: times of day go through
 * `bySuite`.
 */
const measuring = [
  'http/answers.ts',
  'http/page-time.ts',
  'state/alert-detail.ts',
  'state/console-state.ts',
  'state/hand-over.ts',
  'state/live-link.ts',
  'state/queue-state.ts',
  'state/resource.ts',
  'state/rules/rules.ts',
  'state/session.ts',
  'state/sound.ts',
  'state/unanswered.ts',
  'view/alert/alert-panel.tsx',
  'view/shell/lights.tsx',
  'view/shell/stale-banner.tsx'
]

it('uses the clock of the page for what takes its time here, and for nothing else', () => {
  const using = withWord(/\bpageNow\b|import \{[^}]*\bnowMs\b[^}]*\} from '[^']*console-state\.ts'/)
  // Itself it is made there.
  expect(
    [...using, 'state/console-state.ts'].filter((path, i, all) => all.indexOf(path) === i).sort()
  ).toEqual(measuring)
})

it('says a time that was noted here by the suite’s clock alone', () => {
  // What the suite has dated is shown as it is; `sinceWords` is of what this page has noted.
  expect(withWord(/\bsinceWords\(/)).toEqual(['view/parts/since-here.ts', 'words/time-words.ts'])
})
