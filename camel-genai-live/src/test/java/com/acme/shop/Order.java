package com.acme.shop;

import java.util.List;

public record Order(String town, List<Item> items) {

    public record Item(String article, int quantity) {
    }
}
