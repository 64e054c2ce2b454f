/// Module `stream`: `stream`, a sum.
pub struct Stream {
    /// Port `clk_i`, 1 bit.
    pub clk: ::sim::Clock,
    /// Port `rst_i`, 1 bit.
    pub rst: ::sim::typed::In<1>,
    /// Port `in_valid_i`, 1 bit.
    pub in_valid: ::sim::typed::In<1>,
    /// Port `in_ready_o`, 1 bit.
    pub in_ready: ::sim::typed::Out<1>,
    /// Port `in_data_i`, 20 bits.
    pub in_data: ::sim::typed::In<20>,
    /// Port `out_valid_o`, 1 bit.
    pub out_valid: ::sim::typed::Out<1>,
    /// Port `out_ready_i`, 1 bit.
    pub out_ready: ::sim::typed::In<1>,
    /// Port `out_data_o`, 10 bits.
    pub out_data: ::sim::typed::Out<10>,
    /// Field `x` of `in_data_i`: 1 × 8 bits, signed, 0 behind the point.
    pub in_x: ::sim::typed::FieldIn<true>,
    /// Field `k` of `in_data_i`: 2 × 6 bits, unsigned, 0 behind the point.
    pub in_k: ::sim::typed::FieldIn<false>,
    /// Field `y` of `out_data_o`: 1 × 10 bits, signed, 0 behind the point.
    pub out_y: ::sim::typed::FieldOut<true>,
    /// The model behind the ports.
    pub sim: ::sim::typed::Bound,
}

impl Stream {
    /// The module's name.
    pub const MODULE: &'static str = "stream";

    /// Wraps a model of the module.
    ///
    /// # Errors
    /// A port that the model lacks or has in another width or direction.
    pub fn new(model: ::sim::Model) -> ::sim::Result<Self> {
        let sim = ::sim::typed::Bound::new(model);
        let clk = sim.clock("clk_i")?;
        let rst = sim.input("rst_i")?;
        let in_valid = sim.input("in_valid_i")?;
        let in_ready = sim.output("in_ready_o")?;
        let in_data = sim.input("in_data_i")?;
        let out_valid = sim.output("out_valid_o")?;
        let out_ready = sim.input("out_ready_i")?;
        let out_data = sim.output("out_data_o")?;
        let in_x = sim.field_in("in_data_i", 20, ::sim::typed::Layout { lsb: 0, width: 8, count: 1, stride: 8 })?;
        let in_k = sim.field_in("in_data_i", 20, ::sim::typed::Layout { lsb: 8, width: 6, count: 2, stride: 6 })?;
        let out_y = sim.field_out("out_data_o", 10, ::sim::typed::Layout { lsb: 0, width: 10, count: 1, stride: 10 })?;
        Ok(Self { clk, rst, in_valid, in_ready, in_data, out_valid, out_ready, out_data, in_x, in_k, out_y, sim })
    }

    /// Wraps a new instance of a compiled model.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_library(library: &::sim::Library) -> ::sim::Result<Self> {
        Self::new(library.model()?)
    }

    /// Lets the model react to what was set.
    ///
    /// # Errors
    /// The model halted.
    #[inline]
    pub fn eval(&mut self) -> Result<(), ::sim::Halt> {
        self.sim.eval()
    }

    /// One cycle.
    ///
    /// # Errors
    /// The model halted.
    #[inline]
    pub fn tick(&mut self) -> Result<(), ::sim::Halt> {
        self.sim.tick(self.clk)
    }

    /// So many cycles.
    ///
    /// # Errors
    /// The model halted.
    #[inline]
    pub fn ticks(&mut self, cycles: u64) -> Result<(), ::sim::Halt> {
        self.sim.ticks(self.clk, cycles)
    }
}

impl ::std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Stream")
            .field("rst", &self.rst.get())
            .field("in_valid", &self.in_valid.get())
            .field("in_ready", &self.in_ready.get())
            .field("in_data", &self.in_data.get())
            .field("out_valid", &self.out_valid.get())
            .field("out_ready", &self.out_ready.get())
            .field("out_data", &self.out_data.get())
            .field("in_x", &self.in_x.get())
            .field("in_k", &self.in_k.get())
            .field("out_y", &self.out_y.get())
            .finish_non_exhaustive()
    }
}
