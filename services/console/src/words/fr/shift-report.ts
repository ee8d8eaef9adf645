export { part } from '../en/shift-report.ts'
