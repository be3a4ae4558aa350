-- Reads courses, ledger and audit trail, and changes nothing. The account of an auditor is frozen: keys and the console's own calls are refused where
-- every call is admitted, by the row that admission locks.
ALTER TYPE "user_role" ADD VALUE 'auditor';
