#pragma once
// The legend of a figure: signs and names in aligned columns, as many as lessen its height.

#include <QColor>
#include <QFont>
#include <QFontMetricsF>
#include <QPen>
#include <QString>

#include <vector>

class QPainter;

namespace aha {

/// One thing that the legend explains.
struct FigureKey {
    enum Sign { LineSign, BandSign, TickSign, UprightSign, NoSign } sign;
    QString text;
    QPen pen;
    QColor dot = {}; ///< invalid: none
    int marker = 0; ///< its shape
    QString name = {}; ///< FigureText::key
};

class FigureLegend {
public:
    FigureLegend(std::vector<FigureKey> keys, const QFont& font);

    const std::vector<FigureKey>& keys() const { return m_keys; }
    /// Finds the lowest arrangement that is no wider: the longest names may have rows of their own, so that the others
    /// stand beside each other. A name wider than that is broken, never cut. Returns the height.
    double arrange(double width);
    void draw(QPainter& painter, const QPointF& at) const;

private:
    struct Place {
        double x = 0, y = 0, width = 0;
        bool broken = false;
    };
    double textOf(const FigureKey& key) const; ///< where its text begins
    double brokenHeight(const FigureKey& key, double width) const;

    std::vector<FigureKey> m_keys;
    QFontMetricsF m_metrics;
    double m_em;
    std::vector<double> m_wanted; ///< widths
    std::vector<Place> m_places;
};

} // namespace aha
