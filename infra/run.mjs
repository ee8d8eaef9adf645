// Runs the project's own tools on a fresh machine: any Node >= 20 starts this file, which brings
// pnpm and Node 24 and then hands over. Plain JavaScript, because the machine's own Node may not
// run TypeScript.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Before anything that takes minutes: npm may be gone by the end of it.
const shell = process.ppid
const npm = findParent(shell)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pnpmVersion = '12.21.0'
const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node'
)
const bin = name => join(root, 'node_modules', '.bin', name)

/** What an install depends on: when it is the same as at the last one, nothing is installed. */
function wanted() {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Node 24 from npm is built for glibc: on musl it would end with "not found". */
function checkLibrary() {
  if (process.platform !== 'linux') return
  const { header } = process.report.getReport()
  if (header.glibcVersionRuntime !== undefined) return
  console.error(
    'this machine has no glibc (Alpine Linux has musl), which the Node 24 of the project needs: use Debian, Ubuntu, Fedora or the image of infra/images'
  )
  process.exit(1)
}

function install() {
  const stamp = join(root, 'node_modules', '.tocsin-installed')
  const want = wanted()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want && existsSync(node24)) return
  checkLibrary()
  console.error(
    'installing what the project needs (once; pnpm and Node 24 come from the npm registry) …'
  )
  run(
    'npx',
    ['--yes', `pnpm@${pnpmVersion}`, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { quiet: true }
  )
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, want)
}

function run(command, args, { quiet = false } = {}) {
  const done = spawnSync(command, args, {
    cwd: quiet ? root : process.cwd(),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npx'
  })
  if (done.error) {
    console.error(`${command} could not be started: ${done.error.message}`)
    process.exit(1)
  }
  if (done.status !== 0) {
    if (quiet) console.error(`${done.stdout}\n${done.stderr}`)
    process.exit(done.status ?? 1)
  }
}

/** What the notifier serves at /: made anew only when its sources changed. */
function buildConsole() {
  run(node24, [join(root, 'services', 'console', 'build', 'build-console.ts')])
}

/** Hands over to Node 24 and stays only to pass signals and the exit code on. */
async function handOver(args) {
  const { spawn } = await import('node:child_process')
  const child = spawn(node24, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  endWithNpm(child)
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}

/** The parent of a process; null where the system has no /proc. */
function findParent(pid) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return null
  // The name of the program comes first, in parentheses.
  return Number(readFileSync(file, 'utf8').split(') ').at(-1).split(' ')[1])
}

/**
 * npm passes a signal to its shell alone, which dies of it. What it ran would be left behind, with
 * its port and its folder. A killed npm leaves its shell behind too, with another parent.
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const looking = setInterval(() => {
    if (process.ppid === shell && findParent(shell) === npm) return
    clearInterval(looking)
    child.kill('SIGTERM')
  }, 500).unref()
}

/**
 * npm runs a script in the root: paths of a command are those of the folder where it was typed. The
 * default data folder stays the one of the root.
 */
function readPathsWhereTyped() {
  const typedIn = process.env.INIT_CWD
  if (typedIn === undefined || typedIn === process.cwd() || !existsSync(typedIn)) return
  process.env.TOCSIN_DATA ??= join(root, 'data')
  process.chdir(typedIn)
}

/** `npm test` alone runs these; with a project or a path it runs what is asked for. */
const usualProjects = ['unit', 'page', 'core']

function chooseTests(args) {
  const isChosen = args.some(arg => arg.startsWith('--project') || !arg.startsWith('-'))
  if (isChosen) return []
  console.error(
    'npm test: every pure test, the page, and a test of the whole for each promise. Takes about 3 minutes on two cores. `npm run test:all` runs every test.'
  )
  return usualProjects.flatMap(project => ['--project', project])
}

async function runTests(args) {
  // Processes that tests start share what V8 compiled: otherwise most of their start is compiling.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'compiled')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  await handOver([vitest, 'run', '--root', root, ...args])
}

const [task, ...rest] = process.argv.slice(2)
const cli = join(root, 'packages', 'cli', 'src', 'main.ts')
install()
switch (task) {
  case 'start':
    buildConsole()
    await handOver([cli, 'start', ...rest])
    break
  case 'tocsin':
    readPathsWhereTyped()
    if (['start', 'up', 'notifier'].includes(rest[0])) buildConsole()
    await handOver([cli, ...rest])
    break
  case 'console':
    buildConsole()
    break
  case 'fuzz':
    await handOver([join(root, 'e2e', 'fuzz', 'fuzz.ts'), ...rest])
    break
  case 'kafka':
    await handOver([
      join(root, 'packages', 'testing', 'src', 'kafka', 'kafka-development.ts'),
      ...rest
    ])
    break
  case 'check':
    run(bin('biome'), [
      'ci',
      ...(process.stdout.isTTY ? [] : ['--colors=off']),
      '--error-on-warnings',
      root
    ])
    run(bin('tsc'), ['--noEmit', '-p', join(root, 'tsconfig.json')])
    run(bin('tsc'), ['--noEmit', '-p', join(root, 'services', 'console', 'tsconfig.json')])
    await runTests(['--project', 'check', '--reporter=dot'])
    break
  case 'format':
    run(bin('biome'), ['check', '--write', root])
    break
  case 'test':
    await runTests([...chooseTests(rest), ...rest])
    break
  case 'test-all':
    console.error('npm run test:all: every test. Takes about 17 minutes on two cores.')
    await runTests(rest)
    break
  default:
    console.error(
      'usage: node infra/run.mjs start|test|test-all|check|format|tocsin|console|kafka|fuzz [arguments]'
    )
    process.exit(2)
}
