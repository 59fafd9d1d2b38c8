func.func @network(%x: tensor<?x4xf32> {cnn.name = "any"}) -> (tensor<?x4xf32> {cnn.name = "positive"}) {
  %0 = cnn.unary <relu> %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
