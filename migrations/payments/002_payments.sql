-- Payments between two accounts; amounts in the smallest unit of the currency.
CREATE TABLE payments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor uuid NOT NULL REFERENCES accounts (id),
    creditor uuid NOT NULL REFERENCES accounts (id),
    amount bigint NOT NULL CHECK (amount > 0),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'settled', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (debtor <> creditor)
);

CREATE INDEX payments_by_debtor ON payments (debtor, created_at);
CREATE INDEX payments_by_creditor ON payments (creditor, created_at);
