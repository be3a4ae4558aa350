"use client";
import { useState } from "react";
import { CreateVouchers, type MadeVouchers, type VoucherPool } from "./create-vouchers.tsx";
import { VoucherCodes } from "./voucher-codes.tsx";

/** The button that makes a batch; then its codes in its place, this once. */
export function VoucherDesk({ pool, days }: { pool: VoucherPool | null; days: { today: string; until: string } }) {
  const [made, setMade] = useState<MadeVouchers | null>(null);
  if (made !== null) return <VoucherCodes made={made} onKept={() => setMade(null)} />;
  return <CreateVouchers pool={pool} days={days} onMade={setMade} />;
}
