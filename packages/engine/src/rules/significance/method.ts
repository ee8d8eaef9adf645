// The constants of the method. The table of chances belongs to them: after a change of any it must be
// made again (`tocsin bench calibration`), so they are no parameters of a rule.

/** Radii of the discs around a report, km. */
export const radiiKm = [10, 15, 20, 30] as const
export const discCount = radiiKm.length
export const widestKm = radiiKm[discCount - 1]!
/** Clusters are sought in windows of 1 to as many days. */
export const windowDays = 10
/** Days before a report that do not count as usual: a cluster must not become its own usual. */
export const gapDays = 14
/** Days before the gap from which the usual rates come. */
export const baseDays = 730
/** The least base of a log that has just begun. */
export const leastBaseDays = 30
/** Cells of the wide area around a report: a square of 2 · `blockReach` + 1 cells. */
export const cellDegrees = 0.5
export const blockReach = 2
/** The newest reports nearby that are tried as centres of discs. */
export const centresMax = 12
/** Attacks a day of a cluster. */
export const clusterRate = 0.5
/** Clusters are sought where attacks are usual, to this power of their rate. */
export const placePower = 0.5
/** Two reports are a cluster less readily than three, by this much of the score. */
export const pairPenalty = 2
/** Days for which the activity factor and the calibration hold. */
export const epochDays = 28
/** Days of the log before the first trigger. */
export const warmingDays = 365
/** Days without a trigger after which a situation is over. */
export const holdDays = 28
/** A trigger within this distance of the first or the last one of a situation joins it. */
export const reachKm = 60
/** Notices in `noticeDays` that are free; each further one makes escalations rarer by the surcharge. */
export const freeNotices = 4
export const noticeDays = 28
export const surcharge = 4
/** Recurrence intervals from which the severity of a situation rises, years. */
export const severityYears = [0.25, 1, 10] as const
export const daysOfYear = 365.25
