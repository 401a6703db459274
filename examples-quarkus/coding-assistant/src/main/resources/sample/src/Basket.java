import java.math.BigDecimal;
import java.util.List;

/** What somebody is about to buy. */
record Basket(List<BigDecimal> prices) {

    BigDecimal total() {
        BigDecimal sum = prices.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        return Discount.of(sum).appliedTo(sum);
    }
}
