// Exact upper tail of the binomial distribution. With one day against the days of a baseline it is
// the exact conditional test of two rates: given the total number of attacks, each falls on any day
// with equal probability, so that the past rate needs no estimate.

/**
 * P(X ≥ `atLeast`) for this number of trials and probability of success, summed term by term from
 * the smaller side.
 */
export function binomialTail(trials: number, probability: number, atLeast: number): number {
  if (atLeast <= 0) return 1
  if (atLeast > trials || probability <= 0) return 0
  if (probability >= 1) return 1
  const odds = probability / (1 - probability)
  if (atLeast > trials * probability) {
    let term = Math.exp(logTerm(trials, probability, atLeast))
    let sum = 0
    for (let k = atLeast; k <= trials && term > sum * Number.EPSILON; k++) {
      sum += term
      term *= ((trials - k) / (k + 1)) * odds
    }
    return Math.min(1, sum)
  }
  let term = Math.exp(logTerm(trials, probability, atLeast - 1))
  let below = 0
  for (let k = atLeast - 1; k >= 0 && term > below * Number.EPSILON; k--) {
    below += term
    term *= k / (trials - k + 1) / odds
  }
  return Math.max(0, 1 - below)
}

function logTerm(trials: number, probability: number, k: number): number {
  let log = k * Math.log(probability) + (trials - k) * Math.log1p(-probability)
  for (let i = 1; i <= k; i++) log += Math.log((trials - k + i) / i)
  return log
}
