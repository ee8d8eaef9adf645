// The health check of the image: asks the process beside it whether it is alive. Exit 0 for yes.
// Plain JavaScript, because it starts every few seconds and has nothing to strip.

const port = process.env.TOCSIN_PORT || '8080'
try {
  const answer = await fetch(`http://127.0.0.1:${port}/livez`, {
    signal: AbortSignal.timeout(4_000)
  })
  process.exitCode = answer.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
