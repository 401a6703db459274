import java.math.BigDecimal;

/** How much a customer need not pay. */
record Discount(BigDecimal percent) {

    private static final BigDecimal HUNDRED = new BigDecimal(100);

    static Discount of(BigDecimal sum) {
        return new Discount(sum.compareTo(HUNDRED) >= 0 ? new BigDecimal(5) : BigDecimal.ZERO);
    }

    BigDecimal appliedTo(BigDecimal sum) {
        return sum.subtract(sum.multiply(percent).divide(HUNDRED));
    }
}
