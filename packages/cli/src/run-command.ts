// Runs the CLI once, from arguments to exit code. Expected failures are one line for people;
// anything else is a defect and keeps its stack.

import { SuiteUnreachableError } from '@tocsin/host/client/suite-api'
import { ScenarioError } from '@tocsin/host/scenario/scenario'
import { CommanderError } from 'commander'
import type { CommandContext } from './client/context.ts'
import { addHostCommands, isHostCommand } from './commands/host-commands.ts'
import { type AddCommands, createProgram } from './program.ts'
import {
  CommandError,
  type ExitCode,
  exitCodes,
  type Output,
  UsageError
} from './terminal/output.ts'

export interface RunCommandOptions {
  readonly args: readonly string[]
  readonly output: Output
  readonly env: NodeJS.ProcessEnv
  readonly stop: () => AbortSignal
  /** Lowers the process's priority. */
  readonly giveWay?: () => void
}

/**
 * Runs a command. Resolves with the exit code: 0 success, 1 findings or refusals, 2 usage, 3 a
 * bench that falls short.
 */
export async function runCommand({
  args,
  output,
  env,
  stop,
  giveWay
}: RunCommandOptions): Promise<ExitCode> {
  let code: ExitCode = exitCodes.good
  const context: CommandContext = {
    output,
    env,
    get stop() {
      return stop()
    },
    giveWay: () => giveWay?.(),
    exitWith(asked) {
      code = Math.max(code, asked) as ExitCode
    }
  }
  try {
    await createProgram(context, await loadCommands(args[0])).parseAsync([...args], {
      from: 'user'
    })
    return code
  } catch (error) {
    return toExitCode(error, output)
  }
}

/** A process that runs services loads no other command: they would be a tenth of its start. */
async function loadCommands(name: string | undefined): Promise<AddCommands> {
  if (isHostCommand(name)) return addHostCommands
  return (await import('./commands/every-command.ts')).addEveryCommand
}

function toExitCode(error: unknown, output: Output): ExitCode {
  // The program has already printed it; requested help is not an error.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.good : exitCodes.usage
  if (error instanceof UsageError || error instanceof ScenarioError) {
    output.note(error.message)
    return exitCodes.usage
  }
  if (
    error instanceof CommandError ||
    error instanceof SuiteUnreachableError ||
    isOperational(error)
  ) {
    output.note(error.message)
    return exitCodes.refused
  }
  throw error
}

/** Errors of adapters carry a stable code and whether they are retryable. */
function isOperational(error: unknown): error is Error {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === 'string' &&
    typeof (error as { retryable?: unknown }).retryable === 'boolean'
  )
}
