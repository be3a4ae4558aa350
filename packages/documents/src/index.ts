export { courseStatementPdf, type StatementStyle } from "./course-statement.ts";
