#!/bin/bash
# One database and one role for each core service; a role reaches its own database only.
set -euo pipefail
for service in auth user product order payment; do
  variable="POSTGRES_PASSWORD_${service^^}"
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" -v service="$service" -v password="${!variable}" <<'SQL'
create role :"service" login password :'password';
create database :"service" owner :"service";
revoke all on database :"service" from public;
SQL
done
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" -c 'revoke all on database postgres from public'
