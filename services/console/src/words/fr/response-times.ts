export { part } from '../en/response-times.ts'
