-- Accounts that payments go from and to.
CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner text NOT NULL,
    currency char(3) NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now()
);
