-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "user_role" AS ENUM ('student', 'admin');

-- CreateEnum
CREATE TYPE "account_kind" AS ENUM ('user', 'course', 'house');

-- CreateEnum
CREATE TYPE "credit_kind" AS ENUM ('allowance', 'course-grant', 'top-up', 'voucher');

-- CreateEnum
CREATE TYPE "entry_kind" AS ENUM ('top-up', 'grant', 'charge', 'refund', 'adjustment', 'expiry');

-- CreateEnum
CREATE TYPE "key_status" AS ENUM ('active', 'disabled', 'deleted');

-- CreateEnum
CREATE TYPE "cap_period" AS ENUM ('total', 'day', 'week', 'month');

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "student_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "user_role" NOT NULL DEFAULT 'student',
    "password_hash" TEXT,
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "verified_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "terms_version" INTEGER,
    "terms_accepted_at" TIMESTAMPTZ(3),
    "accepts_unpriced" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "known_device" (
    "user_id" UUID NOT NULL,
    "device_hash" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "known_device_pkey" PRIMARY KEY ("user_id","device_hash")
);

-- CreateTable
CREATE TABLE "sign_in_failure" (
    "student_id" TEXT NOT NULL,
    "device_hash" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "blocked_until" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_failure_pkey" PRIMARY KEY ("student_id","device_hash")
);

-- CreateTable
CREATE TABLE "access_group" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "multiplier_ppm" INTEGER NOT NULL DEFAULT 1000000,
    "is_open" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_member" (
    "user_id" UUID NOT NULL,
    "group_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("user_id","group_id")
);

-- CreateTable
CREATE TABLE "virtual_key" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "last_four" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "models" TEXT[],
    "status" "key_status" NOT NULL DEFAULT 'active',
    "expires_at" TIMESTAMPTZ(3),
    "cap_nanos" BIGINT,
    "cap_period" "cap_period" NOT NULL DEFAULT 'total',
    "period_start" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone,
    "spent_nanos" BIGINT NOT NULL DEFAULT 0,
    "reserved_nanos" BIGINT NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_ip" TEXT,
    "last_used_client" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "virtual_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "kind" "account_kind" NOT NULL,
    "user_id" UUID,
    "balance_nanos" BIGINT NOT NULL DEFAULT 0,
    "reserved_nanos" BIGINT NOT NULL DEFAULT 0,
    "next_end_at" TIMESTAMPTZ(3),
    "is_frozen" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credit" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "credit_kind" NOT NULL,
    "amount_nanos" BIGINT NOT NULL,
    "remaining_nanos" BIGINT NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "credit_id" UUID NOT NULL,
    "kind" "entry_kind" NOT NULL,
    "amount_nanos" BIGINT NOT NULL,
    "balance_after_nanos" BIGINT NOT NULL,
    "actor_id" UUID,
    "reason" TEXT NOT NULL DEFAULT '',
    "requests" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reservation" (
    "request_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "key_id" UUID,
    "amount_nanos" BIGINT NOT NULL,
    "period_start" TIMESTAMPTZ(3),
    "worker_id" UUID NOT NULL,
    "draft" JSON NOT NULL,
    "admitted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "usage_record" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "user_id" UUID,
    "key_id" UUID,
    "group_id" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "requested_model" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "channel_id" UUID,
    "deployment_id" UUID,
    "upstream_model" TEXT,
    "is_stream" BOOLEAN NOT NULL,
    "attempts" INTEGER NOT NULL,
    "input_tokens" INTEGER NOT NULL,
    "cached_input_tokens" INTEGER NOT NULL,
    "cache_write_tokens" INTEGER NOT NULL,
    "output_tokens" INTEGER NOT NULL,
    "reasoning_tokens" INTEGER NOT NULL,
    "image_tokens" INTEGER NOT NULL,
    "audio_tokens" INTEGER NOT NULL,
    "price_id" UUID,
    "multiplier_ppm" INTEGER NOT NULL,
    "cost_nanos" BIGINT NOT NULL,
    "charge_nanos" BIGINT NOT NULL,
    "uncollected_nanos" BIGINT NOT NULL,
    "reserved_nanos" BIGINT NOT NULL,
    "charge_entry_ids" UUID[],
    "charge_parts" BIGINT[],
    "outcome" TEXT NOT NULL,
    "error_code" TEXT,
    "http_status" INTEGER NOT NULL,
    "is_estimated" BOOLEAN NOT NULL,
    "queue_ms" INTEGER NOT NULL,
    "ttft_ms" INTEGER,
    "total_ms" INTEGER NOT NULL,
    "upstream_usage" JSON,
    "client" TEXT NOT NULL DEFAULT '',
    "ip" TEXT NOT NULL DEFAULT '',
    "admitted_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_rollup" (
    "account_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "key_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "requests" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,
    "input_tokens" BIGINT NOT NULL,
    "cached_input_tokens" BIGINT NOT NULL,
    "output_tokens" BIGINT NOT NULL,
    "reasoning_tokens" BIGINT NOT NULL,
    "charge_nanos" BIGINT NOT NULL,
    "uncollected_nanos" BIGINT NOT NULL,

    CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("account_id","hour","key_id","model")
);

-- CreateTable
CREATE TABLE "model" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "vendor" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "capabilities" TEXT[],
    "context_tokens" INTEGER,
    "max_output_tokens" INTEGER,
    "usual_output_tokens" INTEGER,
    "is_local" BOOLEAN NOT NULL DEFAULT false,
    "removed_at" TIMESTAMPTZ(3),
    "removed_reason" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_group" (
    "model_id" UUID NOT NULL,
    "group_id" TEXT NOT NULL,

    CONSTRAINT "model_group_pkey" PRIMARY KEY ("model_id","group_id")
);

-- CreateTable
CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "credential_encrypted" BYTEA,
    "credential_last_four" TEXT NOT NULL DEFAULT '',
    "allow_private" BOOLEAN NOT NULL DEFAULT false,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "idle_timeout_ms" INTEGER NOT NULL DEFAULT 120000,
    "total_timeout_ms" INTEGER NOT NULL DEFAULT 600000,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "upstream_model" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "weight" INTEGER NOT NULL DEFAULT 1,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "input_nanos" BIGINT NOT NULL,
    "cached_input_nanos" BIGINT,
    "cache_write_nanos" BIGINT,
    "output_nanos" BIGINT NOT NULL,
    "reasoning_nanos" BIGINT,
    "image_nanos" BIGINT,
    "audio_nanos" BIGINT,
    "request_nanos" BIGINT NOT NULL DEFAULT 0,
    "actor_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "target_name" TEXT NOT NULL DEFAULT '',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "ip" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "config_version" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "config_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "config_version" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_student_id_key" ON "app_user"("student_id");

-- CreateIndex
CREATE INDEX "app_user_created_at_idx" ON "app_user"("created_at");

-- CreateIndex
CREATE INDEX "group_member_group_id_idx" ON "group_member"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "virtual_key_hash_key" ON "virtual_key"("hash");

-- CreateIndex
CREATE INDEX "virtual_key_user_id_created_at_idx" ON "virtual_key"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "virtual_key_account_id_idx" ON "virtual_key"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "account_user_id_key" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "account_next_end_at_idx" ON "account"("next_end_at");

-- CreateIndex
CREATE INDEX "credit_account_id_ends_at_idx" ON "credit"("account_id", "ends_at");

-- CreateIndex
CREATE INDEX "ledger_entry_account_id_created_at_idx" ON "ledger_entry"("account_id", "created_at");

-- CreateIndex
CREATE INDEX "ledger_entry_credit_id_idx" ON "ledger_entry"("credit_id");

-- CreateIndex
CREATE INDEX "reservation_worker_id_idx" ON "reservation"("worker_id");

-- CreateIndex
CREATE INDEX "reservation_account_id_admitted_at_idx" ON "reservation"("account_id", "admitted_at");

-- CreateIndex
CREATE INDEX "usage_record_account_id_admitted_at_idx" ON "usage_record"("account_id", "admitted_at");

-- CreateIndex
CREATE INDEX "usage_record_key_id_admitted_at_idx" ON "usage_record"("key_id", "admitted_at");

-- CreateIndex
CREATE INDEX "usage_rollup_hour_idx" ON "usage_rollup"("hour");

-- CreateIndex
CREATE UNIQUE INDEX "model_name_key" ON "model"("name");

-- CreateIndex
CREATE UNIQUE INDEX "channel_name_key" ON "channel"("name");

-- CreateIndex
CREATE INDEX "deployment_channel_id_idx" ON "deployment"("channel_id");

-- CreateIndex
CREATE UNIQUE INDEX "deployment_model_id_channel_id_upstream_model_key" ON "deployment"("model_id", "channel_id", "upstream_model");

-- CreateIndex
CREATE UNIQUE INDEX "price_model_id_version_key" ON "price"("model_id", "version");

-- CreateIndex
CREATE INDEX "audit_entry_created_at_idx" ON "audit_entry"("created_at");

-- CreateIndex
CREATE INDEX "audit_entry_target_kind_target_id_idx" ON "audit_entry"("target_kind", "target_id");

-- AddForeignKey
ALTER TABLE "known_device" ADD CONSTRAINT "known_device_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "access_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "virtual_key" ADD CONSTRAINT "virtual_key_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "access_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit" ADD CONSTRAINT "credit_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_group" ADD CONSTRAINT "model_group_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_group" ADD CONSTRAINT "model_group_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "access_group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price" ADD CONSTRAINT "price_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
